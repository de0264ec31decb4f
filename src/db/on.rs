//! One code path for both databases.

/// Expands a body once per database, since sqlx types are generic over it, and applies the deadline:
/// - `on!(read db, conn => …)`: on a pooled connection; retried once on a broken connection, so the body may run twice.
/// - `on!(write db, writer, conn => …)`: in a transaction of its own.
/// - `on!(tx tx, conn => …)`: within a transaction.
/// - `on!(checkout pool, conn => …)`, `on!(one checkout, conn => …)`: for code specific to one database.
macro_rules! on {
    (read $db:expr, $conn:ident => $body:expr) => {
        match $db {
            $crate::db::Db::Sqlite(embedded) => $crate::db::on!(checkout &embedded.readers, $conn => $body),
            $crate::db::Db::Postgres(networked) => {
                match $crate::db::on!(checkout &networked.pool, $conn => $body) {
                    // Reads are idempotent.
                    Err(error) if $crate::db::is_broken(&error) => {
                        networked.suspicion.arise();
                        $crate::db::on!(checkout &networked.pool, $conn => $body)
                    }
                    done => done,
                }
            }
        }
    };
    (write $db:expr, $writer:expr, $conn:ident => $body:expr) => {
        async {
            let mut tx = $db.begin($writer).await?;
            let done = $crate::db::on!(tx &mut tx, $conn => $body)?;
            tx.commit().await?;
            $crate::db::Result::Ok(done)
        }
        .await
    };
    (tx $tx:expr, $conn:ident => $body:expr) => {
        match $tx {
            $crate::db::Tx::Sqlite(checkout, _) => $crate::db::on!(one checkout, $conn => $body),
            $crate::db::Tx::Postgres(checkout, _) => $crate::db::on!(one checkout, $conn => $body),
        }
    };
    (checkout $pool:expr, $conn:ident => $body:expr) => {
        async {
            let mut checkout = $crate::db::Checkout::take($pool, $crate::db::READ).await?;
            let done = $crate::db::on!(one checkout, $conn => $body);
            checkout.check_in_after(&done);
            done
        }
        .await
    };
    (one $checkout:expr, $conn:ident => $body:expr) => {{
        let until = $checkout.until;
        $crate::db::within(until, async {
            let $conn = $checkout.connection()?;
            $body
        })
        .await
    }};
}
pub(crate) use on;
