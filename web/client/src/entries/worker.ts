// The service worker of the phone: shows a notice while no page is open, and leads back to the visit. It keeps nothing.

interface Notice {
  readonly title: string;
  readonly body: string;
  readonly tag: string;
}

interface PushLike extends Event {
  readonly data: { json(): Notice } | null;
  readonly notification?: Notification;
  waitUntil(work: Promise<unknown>): void;
}

interface Worker {
  readonly registration: ServiceWorkerRegistration;
  readonly clients: { matchAll(options: object): Promise<readonly { focus(): Promise<unknown>; readonly url: string }[]>; openWindow(url: string): Promise<unknown> };
  addEventListener(kind: "push" | "notificationclick", react: (event: PushLike) => void): void;
}

const worker = globalThis as unknown as Worker;

worker.addEventListener("push", (event) => {
  const notice = event.data?.json();
  if (notice) event.waitUntil(worker.registration.showNotification(notice.title, { body: notice.body, tag: notice.tag }));
});

worker.addEventListener("notificationclick", (event) => {
  event.notification?.close();
  event.waitUntil(backToVisit());
});

async function backToVisit(): Promise<unknown> {
  const open = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const visit = open.find((page) => new URL(page.url).pathname === "/visit");
  return visit ? visit.focus() : worker.clients.openWindow("/visit");
}
