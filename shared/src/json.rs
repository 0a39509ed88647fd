//! Reading JSON objects in two steps: which fields there are, and then those that are wanted. What serde derives for
//! structs and tagged enums reads any format in any order; this reads JSON, and is a quarter of the code, which every
//! client downloads.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, de};
use serde_json::value::RawValue;

/// An object's fields, not read yet.
pub struct Fields<'a>(Vec<(Name<'a>, &'a RawValue)>);

#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

impl Fields<'_> {
    /// A field; what may be absent is then read from `null`.
    ///
    /// # Errors
    /// When it is absent and may not be, or is not what it should be.
    pub fn read<T: DeserializeOwned>(&self, name: &'static str) -> serde_json::Result<T> {
        match self.find(name) {
            Some(text) => serde_json::from_str(text),
            None => serde_json::from_str("null")
                .map_err(|_| <serde_json::Error as de::Error>::missing_field(name)),
        }
    }

    /// A field that may be absent, and is then as a new one is.
    ///
    /// # Errors
    /// When it is not what it should be.
    pub fn read_or_default<T: DeserializeOwned + Default>(&self, name: &str) -> serde_json::Result<T> {
        self.find(name).map_or_else(|| Ok(T::default()), serde_json::from_str)
    }

    /// A field that is an array; an empty one where it is absent.
    ///
    /// # Errors
    /// When it is not what it should be.
    pub fn list<T: DeserializeOwned>(&self, name: &str) -> serde_json::Result<Vec<T>> {
        list(self.find(name).unwrap_or("[]"))
    }

    #[inline(never)]
    fn find(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(field, _)| field.0 == name).map(|(_, value)| value.get())
    }
}

/// An array, its items cut apart first: that is in the code once, not once for every kind of item.
///
/// # Errors
/// When it is no array of such items.
pub fn list<T: DeserializeOwned>(text: &str) -> serde_json::Result<Vec<T>> {
    let items = cut(text)?;
    let mut list = Vec::with_capacity(items.len());
    for item in items {
        list.push(serde_json::from_str(item.get())?);
    }
    Ok(list)
}

#[inline(never)]
fn cut(text: &str) -> serde_json::Result<Vec<&RawValue>> {
    serde_json::from_str(text)
}

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Self(Vec::new()))
    }
}

impl<'de: 'a, 'a> Visitor<'de> for Fields<'a> {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Self, A::Error> {
        while let Some(field) = map.next_entry()? {
            self.0.push(field);
        }
        Ok(self)
    }
}

/// What reading a field met, as an error of whoever reads. Which field it was is for who writes a request, who reads it
/// in the server's answer; a browser only has to know that it can't read it, and leaves out all the words for why.
#[doc(hidden)]
pub fn custom<E: de::Error>(error: serde_json::Error) -> E {
    if cfg!(target_arch = "wasm32") { E::custom("unreadable") } else { E::custom(error) }
}

/// Makes a struct one that is read by its fields: those that have to be there or are optional, then in brackets those
/// that are arrays, then, after `or`, those that may be absent.
#[macro_export]
macro_rules! read_by_fields {
    ($name:ident { $($field:ident),* } $([$($list:ident),*])? $(or { $($absent:ident),* })?) => {
        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let fields = <$crate::json::Fields<'de> as ::serde::Deserialize>::deserialize(deserializer)?;
                let read = || -> ::serde_json::Result<Self> {
                    Ok(Self {
                        $($field: fields.read(stringify!($field))?,)*
                        $($($list: fields.list(stringify!($list))?,)*)?
                        $($($absent: fields.read_or_default(stringify!($absent))?,)*)?
                    })
                };
                read().map_err($crate::json::custom::<D::Error>)
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use serde::Serialize;

    #[derive(Debug, PartialEq, Serialize)]
    struct Boat {
        name: String,
        flag: Option<String>,
        oars: Vec<u8>,
        age: i64,
    }

    read_by_fields!(Boat { name, flag } [oars] or { age });

    #[test]
    fn a_struct_is_read_by_its_fields_in_any_order_and_unknown_ones_are_passed_over() {
        let boat: Boat =
            serde_json::from_str(r#"{"oars":[1,2],"sail":{"a":[]},"name":"Kit\u0065"}"#).unwrap();
        assert_eq!(boat, Boat { name: "Kite".to_owned(), flag: None, oars: vec![1, 2], age: 0 });
        let fleet = super::list::<Boat>(&serde_json::to_string(&[boat]).unwrap()).unwrap();
        assert_eq!(fleet.len(), 1);
    }

    #[test]
    fn what_is_missing_or_of_another_kind_is_refused_by_name() {
        let refused = |text| serde_json::from_str::<Boat>(text).unwrap_err().to_string();
        assert!(refused("{}").contains("missing field `name`"), "{}", refused("{}"));
        for text in ["[]", "7", r#"{"name":7}"#, r#"{"name":"x","oars":"y"}"#, r#"{"name":"x","age":"y"}"#] {
            assert!(serde_json::from_str::<Boat>(text).is_err(), "{text}");
        }
    }
}
