//! Reading JSON in two steps: which fields there are, and then those that are wanted. What serde derives for structs and
//! tagged enums reads any format in any order, and what serde_json reads may hold numbers of any kind; this is a third of
//! their code, which every client downloads. Where others write it, on the server, serde_json looks first whether all of
//! it is JSON.

mod cut;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
mod value;

use std::borrow::Cow;
use std::fmt::{self, Display};
use std::marker::PhantomData;

use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::value::RawValue;

use self::value::Value;

/// Why a text can't be read. Which field it was is for who writes a request, who reads it in the server's answer; a
/// browser only has to know that it can't, and leaves out all the words for why.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Error(Cow<'static, str>);

impl de::Error for Error {
    fn custom<T: Display>(why: T) -> Self {
        Self(if cfg!(target_arch = "wasm32") { "unreadable".into() } else { why.to_string().into() })
    }
}

pub type Result<T> = std::result::Result<T, Error>;

/// Reads a whole text. Never inlined: it is in a program once for each kind, not once for each place that reads.
///
/// # Errors
/// When it is not what it should be.
#[inline(never)]
pub fn read<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T> {
    T::deserialize(Value(text.trim_ascii()))
}

/// # Errors
/// When it holds what JSON has no words for.
pub fn write(value: &(impl Serialize + ?Sized)) -> Result<String> {
    serde_json::to_string(value).map_err(<Error as de::Error>::custom)
}

/// An array.
///
/// # Errors
/// When it is no array of such items.
pub fn list<T: DeserializeOwned>(text: &str) -> Result<Vec<T>> {
    let items =
        cut::items(text.trim_ascii()).ok_or_else(|| <Error as de::Error>::custom("an array is expected"))?;
    let mut list = Vec::with_capacity(items.len());
    for item in items {
        list.push(T::deserialize(Value(item))?);
    }
    Ok(list)
}

/// An object's fields, not read yet.
pub struct Fields<'a>(Vec<(Name<'a>, Raw<'a>)>);

#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

/// A field's text.
struct Raw<'a>(&'a str);

/// By this name [`Value`] gives its text; serde_json has its own way to.
const RAW: &str = "$kith::Raw";

impl Fields<'_> {
    /// A field; what may be absent is then read from `null`.
    ///
    /// # Errors
    /// When it is absent and may not be, or is not what it should be.
    pub fn read<T: DeserializeOwned>(&self, name: &'static str) -> Result<T> {
        match self.find(name) {
            Some(text) => T::deserialize(Value(text)),
            None => T::deserialize(Value("null")).map_err(|_| <Error as de::Error>::missing_field(name)),
        }
    }

    /// A field that may be absent, and is then as a new one is.
    ///
    /// # Errors
    /// When it is not what it should be.
    pub fn read_or_default<T: DeserializeOwned + Default>(&self, name: &str) -> Result<T> {
        self.find(name).map_or_else(|| Ok(T::default()), |text| T::deserialize(Value(text)))
    }

    /// A field that is an array; an empty one where it is absent.
    ///
    /// # Errors
    /// When it is not what it should be.
    pub fn list<T: DeserializeOwned>(&self, name: &str) -> Result<Vec<T>> {
        list(self.find(name).unwrap_or("[]"))
    }

    #[inline(never)]
    fn find(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(field, _)| field.0 == name).map(|(_, value)| value.0)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_map(Self(Vec::new()))
    }
}

impl<'de: 'a, 'a> Visitor<'de> for Fields<'a> {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> std::result::Result<Self, A::Error> {
        while let Some(field) = map.next_entry()? {
            self.0.push(field);
        }
        Ok(self)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Raw<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(RAW, RawVisitor(PhantomData))
    }
}

struct RawVisitor<'a>(PhantomData<&'a str>);

impl<'de: 'a, 'a> Visitor<'de> for RawVisitor<'a> {
    type Value = Raw<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> std::result::Result<Raw<'a>, E> {
        Ok(Raw(text))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, json: D) -> std::result::Result<Raw<'a>, D::Error> {
        <&RawValue>::deserialize(json).map(|value| Raw(value.get()))
    }
}

/// Makes a struct one that is read by its fields: those that have to be there or are optional, then in brackets those
/// that are arrays, then, after `or`, those that may be absent.
#[macro_export]
macro_rules! read_by_fields {
    ($name:ident { $($field:ident),* } $([$($list:ident),*])? $(or { $($absent:ident),* })?) => {
        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let fields = <$crate::json::Fields<'de> as ::serde::Deserialize>::deserialize(deserializer)?;
                let read = || -> $crate::json::Result<Self> {
                    Ok(Self {
                        $($field: fields.read(stringify!($field))?,)*
                        $($($list: fields.list(stringify!($list))?,)*)?
                        $($($absent: fields.read_or_default(stringify!($absent))?,)*)?
                    })
                };
                read().map_err(::serde::de::Error::custom)
            }
        }
    };
}
