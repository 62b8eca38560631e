// The service worker of the phone: shows a notice while no page is open, and leads to the page it is about. It keeps nothing.

interface Notice {
  readonly title: string;
  readonly body: string;
  readonly tag: string;
  /** The page that a tap opens. */
  readonly path: string;
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
  if (notice) event.waitUntil(worker.registration.showNotification(notice.title, { body: notice.body, tag: notice.tag, data: notice.path }));
});

worker.addEventListener("notificationclick", (event) => {
  event.notification?.close();
  event.waitUntil(openPage(String(event.notification?.data ?? "/visit")));
});

async function openPage(path: string): Promise<unknown> {
  const open = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const page = open.find((each) => new URL(each.url).pathname === path);
  return page ? page.focus() : worker.clients.openWindow(path);
}
