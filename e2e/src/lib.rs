//! Tests of Kith as people meet it: see `tests/e2e/`.
