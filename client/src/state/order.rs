//! Keeping a list in order.

/// Puts an item where it belongs in a list that is in order of `key`, after those of the same key.
///
/// Lists are made in order by this, not sorted: they are short or nearly in order already, and each kind of list the
/// standard library sorts is three kilobytes of everybody's download.
pub(super) fn insert_by<T, K: Ord>(list: &mut Vec<T>, item: T, key: impl Fn(&T) -> K) {
    let of_item = key(&item);
    list.insert(list.partition_point(|other| key(other) <= of_item), item);
}

/// Has an item in an ascending list, or not.
pub(super) fn keep<T: Ord>(list: &mut Vec<T>, item: T, wanted: bool) {
    match (list.binary_search(&item), wanted) {
        (Err(place), true) => list.insert(place, item),
        (Ok(place), false) => drop(list.remove(place)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_stays_in_order_and_equals_in_the_order_they_came() {
        let mut list = Vec::new();
        for item in [(3, 'a'), (1, 'b'), (2, 'c'), (1, 'd'), (3, 'e')] {
            insert_by(&mut list, item, |(key, _)| *key);
        }
        assert_eq!(list, [(1, 'b'), (1, 'd'), (2, 'c'), (3, 'a'), (3, 'e')]);
    }
}
