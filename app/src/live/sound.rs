//! The sound for critical alerts: two short synthesized tones. Off by default; the choice is stored per browser.

use leptos::prelude::window;
use web_sys::{AudioContext, OscillatorType};

const KEY: &str = "opscenter.sound";

/// Whether the sound is enabled in this browser.
pub fn is_on() -> bool {
    storage().and_then(|storage| storage.get_item(KEY).ok().flatten()).as_deref() == Some("on")
}

/// Stores the choice; plays the sound once when enabled.
pub fn switch(on: bool) {
    if let Some(storage) = storage() {
        let _may_be_full = storage.set_item(KEY, if on { "on" } else { "off" });
    }
    if on {
        play();
    }
}

thread_local! {
    /// One per page, as browsers limit the number of audio contexts.
    static CONTEXT: Option<AudioContext> = AudioContext::new().ok();
}

/// Plays the sound, if the browser's autoplay policy allows it.
pub fn play() {
    CONTEXT.with(|context| {
        let _silent_then = context.as_ref().map(tones);
    });
}

fn tones(context: &AudioContext) -> Result<(), wasm_bindgen::JsValue> {
    for (pitch, start) in [(880.0, 0.0), (660.0, 0.18)] {
        let at = context.current_time() + start;
        let (oscillator, gain) = (context.create_oscillator()?, context.create_gain()?);
        oscillator.set_type(OscillatorType::Sine);
        oscillator.frequency().set_value(pitch);
        gain.gain().set_value_at_time(0.2, at)?;
        gain.gain().exponential_ramp_to_value_at_time(0.001, at + 0.16)?;
        oscillator.connect_with_audio_node(&gain)?.connect_with_audio_node(&context.destination())?;
        oscillator.start_with_when(at)?;
        oscillator.stop_with_when(at + 0.17)?;
    }
    Ok(())
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}
