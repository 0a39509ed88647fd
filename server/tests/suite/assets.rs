use reqwest::StatusCode;

use crate::harness::TestServer;

#[tokio::test]
async fn every_place_of_the_app_is_the_same_page_and_a_missing_file_is_none() {
    let server = TestServer::start().await;
    let page = server.get("/").await;
    // With the client built in this is the page, without it a sentence on how to build it; the same at every place.
    let (status, body) = (page.status(), page.text().await.unwrap());
    for place in ["/friends", "/invite/AbCdEfGhIjKlMnOpQrSt-_", "/c/0190d3a2-7b1c-7e4f-8a55-0123456789ab"] {
        let response = server.get(place).await;
        assert_eq!((response.status(), response.text().await.unwrap()), (status, body.clone()), "{place}");
    }
    assert_eq!(server.get("/missing.js").await.status(), StatusCode::NOT_FOUND);
}
