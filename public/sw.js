// Shows alerts that arrive by Web Push, while no page is open. Messages: src/notify/push/mod.rs `payload`.
'use strict';

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('push', (event) => event.waitUntil(show(event.data.json())));

self.addEventListener('pushsubscriptionchange', (event) => event.waitUntil(renew(event)));

self.addEventListener('notificationclick', (event) => {
  const { url, alert_id } = event.notification.data;
  event.notification.close();
  event.waitUntil(event.action === 'acknowledge' ? acknowledge(alert_id, url) : open(url));
});

function show({ title, body, url, tag, severity, alert_id }) {
  const actions = alert_id ? [{ action: 'acknowledge', title: 'Acknowledge' }] : [];
  return self.registration.showNotification(title, {
    body,
    tag,
    actions,
    data: { url, alert_id },
    icon: '/icon-192.png',
    renotify: true,
    requireInteraction: severity === 'critical' && alert_id !== null,
  });
}

// As the user who is signed in. If that fails, the page says why and has the button.
async function acknowledge(alert_id, url) {
  const body = new URLSearchParams({ change: 'acknowledge', ids: alert_id });
  const answer = await fetch('/rpc/alerts/change', { method: 'POST', body }).catch(() => null);
  if (!answer?.ok) await open(url);
}

// The push service has replaced the subscription.
async function renew({ oldSubscription, newSubscription }) {
  if (!oldSubscription) return;
  const subscription = newSubscription ?? (await self.registration.pushManager.subscribe(oldSubscription.options));
  const body = new URLSearchParams({ endpoint: oldSubscription.endpoint, subscription: JSON.stringify(subscription) });
  await fetch('/rpc/push/renew', { method: 'POST', body });
}

// In a page of its own, unless one shows it: another may hold a form half filled in.
async function open(url) {
  const { pathname } = new URL(url);
  const pages = await self.clients.matchAll({ type: 'window' });
  const page = pages.find((page) => new URL(page.url).pathname === pathname);
  return page ? page.focus() : self.clients.openWindow(pathname);
}
