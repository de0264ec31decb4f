//! `saved_filters`: list filters that users saved under a name.

use app::types::{ListPage, SavedFilter};

use super::{Db, Result, Tx, on};

impl Db {
    /// The saved filters of a user for a list, ordered by name.
    pub async fn list_saved(&self, email: &str, page: ListPage) -> Result<Vec<SavedFilter>> {
        const SQL: &str = "select f.id, f.page, f.name, f.query from saved_filters f join users u on u.id = f.user_id \
             where u.email = $1 and f.page = $2 order by f.name";
        on!(read self, pool => sqlx::query_as(SQL).bind(email).bind(page.as_str()).fetch_all(pool).await)
    }
}

impl Tx {
    /// Saves a filter, replacing one with the same name; false if the user does not exist.
    pub async fn save_filter(
        &mut self,
        email: &str,
        page: ListPage,
        (name, query): (&str, &str),
        now: i64,
    ) -> Result<bool> {
        const SQL: &str = "insert into saved_filters (user_id, page, name, query, created_at) \
             select id, $1, $2, $3, $4 from users where email = $5 \
             on conflict (user_id, page, name) do update set query = excluded.query";
        on!(tx self, conn => {
            let query = sqlx::query(SQL).bind(page.as_str()).bind(name).bind(query).bind(now).bind(email);
            Ok(query.execute(conn).await?.rows_affected() > 0)
        })
    }

    /// Deletes a filter; false if the user has no filter with this id.
    pub async fn remove_filter(&mut self, email: &str, id: i64) -> Result<bool> {
        const SQL: &str =
            "delete from saved_filters where id = $1 and user_id = (select id from users where email = $2)";
        on!(tx self, conn => Ok(sqlx::query(SQL).bind(id).bind(email).execute(conn).await?.rows_affected() > 0))
    }
}
