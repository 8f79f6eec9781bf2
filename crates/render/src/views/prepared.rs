//! What many pages show, turned into a template's value once.
//!
//! In: a view. Out: a value that pages share; Tera takes it over as it is where a view holds it.

use std::marker::PhantomData;

use serde::{Serialize, Serializer};
use tera::Value;

/// The value of a `T`.
#[derive(Debug)]
pub struct Prepared<T> {
    value: Value,
    of: PhantomData<fn() -> T>,
}

impl<T: Serialize> Prepared<T> {
    pub fn new(view: &T) -> Self {
        Self {
            value: Value::from_serializable(view),
            of: PhantomData,
        }
    }
}

impl<T> Clone for Prepared<T> {
    fn clone(&self) -> Self {
        Self {
            value: self.value.clone(),
            of: PhantomData,
        }
    }
}

impl<T> Serialize for Prepared<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}
