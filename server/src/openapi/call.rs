//! One call of the API, described.

use std::collections::BTreeMap;

use kith_shared::problem::{Code, Problem};
use kith_shared::{ConversationId, FileId, InvitationId, PackId, SessionId, UploadId, UserId, WebhookId};
use utoipa::openapi::content::Content;
use utoipa::openapi::path::{
    HttpMethod, Operation, OperationBuilder, Parameter, ParameterBuilder, ParameterIn,
};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{ArrayBuilder, KnownFormat, ObjectBuilder, Schema, SchemaFormat};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{Object, Ref, RefOr, Required, Response, ResponseBuilder, Type};
use utoipa::{IntoParams, PartialSchema, ToSchema};

pub const COOKIE: &str = "cookie";
pub const BEARER: &str = "bearer";

/// Types the document names, each once, with all they are made of.
#[derive(Default)]
pub struct Schemas(pub BTreeMap<String, RefOr<Schema>>);

impl Schemas {
    pub fn add<T: ToSchema>(&mut self) -> Ref {
        let mut parts = vec![(T::name().into_owned(), T::schema())];
        T::schemas(&mut parts);
        self.0.extend(parts);
        Ref::from_schema_name(T::name())
    }

    pub fn append(&mut self, mut other: Self) {
        self.0.append(&mut other.0);
    }
}

pub struct Call {
    pub method: HttpMethod,
    pub path: &'static str,
    pub operation: Operation,
    pub schemas: Schemas,
}

impl Call {
    /// For whoever is logged in.
    pub fn new(method: HttpMethod, path: &'static str, id: &str, summary: &str) -> Self {
        let mut call = Self::open(method, path, id, summary);
        call.operation.security =
            Some([COOKIE, BEARER].map(|name| SecurityRequirement::new(name, [""; 0])).to_vec());
        call.refuses(&[Code::Unauthorized])
    }

    /// For everybody.
    pub fn open(method: HttpMethod, path: &'static str, id: &str, summary: &str) -> Self {
        let part = path.trim_start_matches("/api/v1").split('/').nth(1).unwrap_or(path);
        let operation = OperationBuilder::new()
            .operation_id(Some(id))
            .summary(Some(summary))
            .tag(part)
            .parameters(Some(parameters(path)));
        // Every call that may change something has to come from the server's own pages, if from a page at all.
        let refused: &[_] = if method == HttpMethod::Get { &[] } else { &[Code::ForbiddenOrigin] };
        let call = Self { method, path, operation: operation.build(), schemas: Schemas::default() };
        call.refuses(refused)
    }

    pub fn query<T: IntoParams>(mut self) -> Self {
        let parameters = T::into_params(|| Some(ParameterIn::Query));
        self.operation.parameters.get_or_insert_default().extend(parameters.into_iter().map(Into::into));
        self.refuses(&[Code::InvalidQuery])
    }

    pub fn body<T: ToSchema>(mut self) -> Self {
        let schema = self.schemas.add::<T>();
        let body = RequestBodyBuilder::new().content("application/json", Content::new(Some(schema)));
        self.operation.request_body = Some(RefOr::T(body.required(Some(Required::True)).build()));
        self.refuses(&[Code::InvalidBody, Code::BodyTooLarge, Code::UnsupportedMediaType])
    }

    pub fn answers<T: ToSchema>(mut self, status: u16) -> Self {
        let schema = self.schemas.add::<T>();
        self.answers_with(status, "application/json", schema)
    }

    pub fn lists<T: ToSchema>(mut self) -> Self {
        let schema = ArrayBuilder::new().items(self.schemas.add::<T>()).build();
        self.answers_with(200, "application/json", Schema::Array(schema))
    }

    pub fn answers_text(self, content_type: &str) -> Self {
        self.answers_with(200, content_type, Schema::Object(Object::with_type(Type::String)))
    }

    /// Bytes, of a type of their own.
    pub fn answers_file(self, status: u16) -> Self {
        self.answers_with(status, "*/*", bytes())
    }

    /// Takes some of a file's bytes.
    pub fn takes_bytes(mut self) -> Self {
        let content = Content::new(Some(bytes()));
        let body = RequestBodyBuilder::new().content("application/offset+octet-stream", content);
        self.operation.request_body = Some(RefOr::T(body.required(Some(Required::True)).build()));
        self.refuses(&[Code::UnsupportedMediaType])
    }

    /// Takes and answers with headers.
    pub fn with_header(mut self, name: &str, description: &str) -> Self {
        let parameter = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Header);
        let parameter = parameter.description(Some(description)).schema(Some(String::schema())).build();
        self.operation.parameters.get_or_insert_default().push(parameter.into());
        self
    }

    pub fn answers_nothing(self, status: u16, description: &str) -> Self {
        self.respond(status, Response::new(description))
    }

    fn answers_with(self, status: u16, content_type: &str, schema: impl Into<RefOr<Schema>>) -> Self {
        let answer =
            ResponseBuilder::new().description("Done").content(content_type, Content::new(Some(schema)));
        self.respond(status, answer.build())
    }

    /// Adds problems it may answer with.
    pub fn refuses(mut self, codes: &[Code]) -> Self {
        for code in codes {
            let said = format!("`{}`: {}", code.as_str(), code.title());
            let known = self.operation.responses.responses.get(&code.status().to_string());
            let before = known.and_then(|known| match known {
                RefOr::T(Response { description, .. }) => Some(format!("{description}\n\n")),
                RefOr::Ref(_) => None,
            });
            let schema = Content::new(Some(self.schemas.add::<Problem>()));
            let description = before.unwrap_or_default() + &said;
            let answer =
                ResponseBuilder::new().description(description).content("application/problem+json", schema);
            self = self.respond(code.status(), answer.build());
        }
        self
    }

    fn respond(mut self, status: u16, response: Response) -> Self {
        self.operation.responses.responses.insert(status.to_string(), RefOr::T(response));
        self
    }
}

fn bytes() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)))
        .build()
}

/// The parameters in a path, by their names.
fn parameters(path: &str) -> impl Iterator<Item = Parameter> {
    path.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| parameter(name))
}

fn parameter(name: &str) -> Parameter {
    let schema = match name {
        "user" | "bot" => UserId::schema(),
        "conversation" => ConversationId::schema(),
        "id" => InvitationId::schema(),
        "webhook" => WebhookId::schema(),
        "session" => SessionId::schema(),
        "upload" => UploadId::schema(),
        "pack" => PackId::schema(),
        "file" => FileId::schema(),
        _ => String::schema(),
    };
    let parameter = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Path);
    parameter.required(Required::True).schema(Some(schema)).build()
}
