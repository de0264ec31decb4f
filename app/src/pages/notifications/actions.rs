//! What can be done with the channels of the page.

use leptos::prelude::*;

use crate::api::notifications::{DeleteChannel, MuteChannel, RetryUndelivered, SaveChannel, TestChannel};
use crate::pages::post::{Post, reload_after};
use crate::types::Tested;

/// Actions on the page's channels; they outlive a reload of the channels.
#[derive(Clone, Copy)]
pub struct ChannelActions {
    /// Mutes or unmutes.
    pub mute: Post<()>,
    /// Deletes a channel.
    pub delete: Post<()>,
    /// Sends a test message.
    pub test: Post<Tested>,
    /// Receives the error of a form that was posted without JavaScript.
    pub save: Post<Option<Tested>>,
    /// The last test, of whatever channel.
    pub tested: RwSignal<Option<Tested>>,
    /// Queues notifications for every undelivered alert.
    pub retry: Post<()>,
    /// Incremented to reload the channels.
    pub version: RwSignal<u32>,
}

impl ChannelActions {
    /// Actions that reload the channels when they are done.
    pub fn new() -> Self {
        let version = RwSignal::new(0);
        let (mute, delete) = (Post::to::<MuteChannel>(), Post::to::<DeleteChannel>());
        let (test, save) = (Post::to::<TestChannel>(), Post::to::<SaveChannel>());
        reload_after(mute, version);
        reload_after(delete, version);
        reload_after(test, version);
        let tested = RwSignal::new(None);
        Effect::new(move |_| {
            if let Some(test) = test.ok() {
                tested.set(Some(test));
            }
        });
        let retry = Post::to::<RetryUndelivered>();
        reload_after(retry, version);
        Self { mute, delete, test, save, tested, retry, version }
    }

    /// Shows the test of a channel that was saved with one.
    pub fn show_test_of(self, saved: Post<Option<Tested>>) {
        Effect::new(move |_| {
            if let Some(test) = saved.ok().flatten() {
                self.tested.set(Some(test));
            }
        });
    }

    /// The last error of `mute`, `delete`, `test` or `save`.
    pub fn error(self) -> Option<crate::Error> {
        self.mute.error().or(self.delete.error()).or(self.test.error()).or(self.save.error()).or(self.retry.error())
    }
}
