"""Seeing a remote picture as the person in front of the screen does: when the compositor is given its frame."""

# A function for a page's script: `wanted(video)` is asked at each frame of each remote picture until it says true.
# WICG video-rvfc; a frame of two by two is a placeholder, not a picture.
EACH_FRAME = """const eachFrame = (wanted) => {
  const watched = new WeakSet();
  let found = false;
  const look = () => {
    for (const video of document.querySelectorAll("video[data-video=remote]")) {
      if (watched.has(video)) continue;
      watched.add(video);
      const seen = (now, frame) => {
        found ||= frame.width > 2 && wanted(video);
        if (!found) video.requestVideoFrameCallback(seen);
      };
      video.requestVideoFrameCallback(seen);
    }
    if (!found) requestAnimationFrame(look);
  };
  look();
};"""
