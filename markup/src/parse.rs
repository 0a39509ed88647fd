//! From tokens to a tree.

use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::token::Brace;
use syn::{Error, Expr, ExprLit, Ident, Lit, Pat, Path, Result, Token, braced};

/// A tag's attributes, or a component's properties.
pub struct Attribute {
    pub name: String,
    pub value: Expr,
}

pub struct Element {
    pub name: String,
    pub attributes: Vec<Attribute>,
    pub children: Vec<Node>,
}

pub struct Component {
    pub path: Path,
    pub properties: Vec<Attribute>,
    pub children: Vec<Node>,
}

pub enum Node {
    Element(Element),
    Component(Component),
    Fragment(Vec<Node>),
    Text(String),
    Expression(Expr),
    /// `{ for iterator }`
    Each(Expr),
    /// `if condition { … } else …`
    Either {
        condition: Expr,
        then: Vec<Node>,
        otherwise: Vec<Node>,
    },
    /// `for pattern in iterator { … }`
    Loop {
        pattern: Box<Pat>,
        iterator: Expr,
        body: Vec<Node>,
    },
}

pub struct Nodes(pub Vec<Node>);

impl Parse for Nodes {
    fn parse(input: ParseStream) -> Result<Self> {
        let mut nodes = Vec::new();
        while !input.is_empty() {
            nodes.push(input.parse()?);
        }
        Ok(Self(nodes))
    }
}

/// All that is given to the macro: nodes, or one expression without braces.
pub struct Whole(pub Vec<Node>);

impl Parse for Whole {
    fn parse(input: ParseStream) -> Result<Self> {
        let is_nodes =
            input.peek(Token![<]) || input.peek(Brace) || input.peek(Token![if]) || input.peek(Token![for]);
        Ok(Self(if is_nodes { input.parse::<Nodes>()?.0 } else { vec![braces(input)?] }))
    }
}

impl Parse for Node {
    fn parse(input: ParseStream) -> Result<Self> {
        if input.peek(Token![<]) {
            tag(input)
        } else if input.peek(Token![if]) {
            either(input)
        } else if input.peek(Token![for]) {
            each_of(input)
        } else {
            let content;
            braced!(content in input);
            braces(&content)
        }
    }
}

fn braces(content: ParseStream) -> Result<Node> {
    if content.peek(Token![for]) {
        content.parse::<Token![for]>()?;
        return Ok(Node::Each(content.parse()?));
    }
    Ok(match content.parse()? {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Node::Text(text.value()),
        expression => Node::Expression(expression),
    })
}

fn either(input: ParseStream) -> Result<Node> {
    input.parse::<Token![if]>()?;
    let condition = Expr::parse_without_eager_brace(input)?;
    let then = block(input)?;
    let mut otherwise = Vec::new();
    if input.peek(Token![else]) {
        input.parse::<Token![else]>()?;
        otherwise = if input.peek(Token![if]) { vec![either(input)?] } else { block(input)? };
    }
    Ok(Node::Either { condition, then, otherwise })
}

fn each_of(input: ParseStream) -> Result<Node> {
    input.parse::<Token![for]>()?;
    let pattern = Box::new(Pat::parse_single(input)?);
    input.parse::<Token![in]>()?;
    let iterator = Expr::parse_without_eager_brace(input)?;
    Ok(Node::Loop { pattern, iterator, body: block(input)? })
}

fn block(input: ParseStream) -> Result<Vec<Node>> {
    let content;
    braced!(content in input);
    Ok(content.parse::<Nodes>()?.0)
}

fn tag(input: ParseStream) -> Result<Node> {
    input.parse::<Token![<]>()?;
    if input.peek(Token![>]) {
        input.parse::<Token![>]>()?;
        return Ok(Node::Fragment(children(input, "")?));
    }
    let path: Path = input.parse()?;
    let name = path.to_token_stream().to_string();
    let (attributes, closed) = attributes(input)?;
    let children = if closed { Vec::new() } else { children(input, &name)? };
    let is_component =
        path.segments.iter().any(|part| part.ident.to_string().starts_with(char::is_uppercase));
    if is_component {
        return Ok(Node::Component(Component { path, properties: attributes, children }));
    }
    if has_value(&name) && !children.is_empty() {
        return Err(Error::new_spanned(path, "this element has a value, and no children"));
    }
    Ok(Node::Element(Element { name, attributes, children }))
}

/// Whether an element of this name has a value and no children.
pub fn has_value(name: &str) -> bool {
    matches!(name, "input" | "textarea")
}

/// Up to the end of the opening tag; whether it is the closing one too.
fn attributes(input: ParseStream) -> Result<(Vec<Attribute>, bool)> {
    let mut attributes = Vec::new();
    loop {
        if input.peek(Token![/]) {
            input.parse::<Token![/]>()?;
            input.parse::<Token![>]>()?;
            return Ok((attributes, true));
        }
        if input.peek(Token![>]) {
            input.parse::<Token![>]>()?;
            return Ok((attributes, false));
        }
        attributes.push(input.parse()?);
    }
}

impl Parse for Attribute {
    fn parse(input: ParseStream) -> Result<Self> {
        if input.peek(Brace) {
            let content;
            braced!(content in input);
            let value: Ident = content.parse()?;
            return Ok(Self { name: value.to_string(), value: syn::parse_quote!(#value) });
        }
        let mut name = Ident::parse_any(input)?.unraw().to_string();
        while input.peek(Token![-]) {
            input.parse::<Token![-]>()?;
            name = format!("{name}-{}", Ident::parse_any(input)?);
        }
        input.parse::<Token![=]>()?;
        if input.peek(Lit) {
            return Ok(Self { name, value: Expr::Lit(input.parse()?) });
        }
        let content;
        braced!(content in input);
        Ok(Self { name, value: content.parse()? })
    }
}

/// Up to the closing tag of that name, and that too.
fn children(input: ParseStream, name: &str) -> Result<Vec<Node>> {
    let mut nodes = Vec::new();
    while !(input.peek(Token![<]) && input.peek2(Token![/])) {
        if input.is_empty() {
            return Err(input.error(format!("<{name}> is not closed")));
        }
        nodes.push(input.parse()?);
    }
    input.parse::<Token![<]>()?;
    input.parse::<Token![/]>()?;
    let closing = if input.peek(Token![>]) {
        String::new()
    } else {
        input.parse::<Path>()?.to_token_stream().to_string()
    };
    if closing != name {
        return Err(input.error(format!("</{closing}> stands where <{name}> has to be closed")));
    }
    input.parse::<Token![>]>()?;
    Ok(nodes)
}
