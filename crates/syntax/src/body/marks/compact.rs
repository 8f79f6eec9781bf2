//! Takes the marks' text out of the events.

use std::ops::Range;

use crate::body::Portion;
use crate::body::event::{Event, Spanned};

/// Takes the marks out, and lets the portions count in what is left.
pub(super) fn compact(
    events: Vec<Spanned>,
    mut portions: Vec<Portion>,
    mut removed: Vec<Range<usize>>,
    cut: Vec<(usize, usize)>,
) -> (Vec<Spanned>, Vec<Portion>) {
    let mut events = events;
    for (index, length) in cut {
        if let Some((Event::Text(text), span)) = events.get_mut(index) {
            *text = text[length..].to_owned().into();
            span.start += length;
        }
    }
    if !removed.is_empty() {
        removed.sort_by_key(|range| (range.start, range.end));
        let mut kept = Vec::with_capacity(events.len());
        // For each old index, how many events before it stay.
        let mut places = Vec::with_capacity(events.len() + 1);
        let mut ranges = removed.into_iter().peekable();
        let mut gone_until = 0;
        for (index, event) in events.into_iter().enumerate() {
            places.push(kept.len());
            while let Some(range) = ranges.next_if(|range| range.start <= index) {
                gone_until = gone_until.max(range.end);
            }
            if index >= gone_until {
                kept.push(event);
            }
        }
        places.push(kept.len());
        let place = |index: usize| places.get(index).copied().unwrap_or(kept.len());
        for portion in &mut portions {
            portion.events = place(portion.events.start)..place(portion.events.end);
        }
        events = kept;
    }
    portions.retain(|portion| !portion.events.is_empty());
    // Outer before inner.
    portions.sort_by_key(|portion| {
        (
            portion.events.start,
            usize::MAX - portion.events.end,
            portion.span.start,
        )
    });
    (events, portions)
}
