//! The markup macro of the Chat UI: the syntax of Yew's `html!`, compiled to data.
//!
//! Yew's own turns each element into some 250 bytes of code that fills in a structure field by field, and a client is
//! made of hundreds of them. This one turns what never changes (tags, attributes, texts, what stands in what) into a
//! constant, and what does into slots that are filled in order; `client/src/ui/markup.rs` puts the two together.

mod emit;
mod parse;

use proc_macro::TokenStream;

use self::parse::Whole;

/// Builds a `yew::virtual_dom::VNode` of elements, components, fragments, texts, `{ expression }`, `{ for iterator }`,
/// `if`, `if let` and `for`, as Yew's macro of the same name does.
///
/// It differs in this: what an iterator or a `for` gives is a list of its own among its siblings, with its own keys; a
/// class is an attribute as any other; a tag is known at compile time; each property of a component is given.
#[proc_macro]
pub fn html(input: TokenStream) -> TokenStream {
    match syn::parse::<Whole>(input) {
        Ok(nodes) => emit::expression(&nodes.0).into(),
        Err(error) => error.to_compile_error().into(),
    }
}
