//! What cannot be seen from outside: what a process leaves behind that dies while the server lays what is missing.

use super::*;

fn server() -> Server {
    let Fresh::Url(url) = fresh() else { panic!("there is no server") };
    let options = url.split_once('?').map_or("", |(_, options)| options).split('&');
    let options = options.filter_map(|option| option.split_once('='));
    let options = options.map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    Server::new(Settings::read(Location { url, path: "".into(), options }).unwrap()).unwrap()
}

/// How the server keeps records apart: `None` without the index, else whether a constraint owns it.
async fn owned(server: &Server) -> Option<bool> {
    let owner = "SHOW INDEXES YIELD name, owningConstraint WHERE name = 'souk_record'
                 RETURN owningConstraint IS NOT NULL AS owned";
    let rows = server.ask(query(owner)).await.unwrap();
    rows.first().map(|row| server::get(row, "owned").unwrap())
}

#[tokio::test]
#[ignore = "needs a server"]
async fn an_index_that_a_dead_process_left_behind_is_removed_and_the_constraint_made() {
    let before = server();
    assert_eq!(owned(&before).await, Some(true));
    before.ask(query("DROP CONSTRAINT souk_record")).await.unwrap();
    // Stands where the index of an unfinished constraint stands, and belongs to nothing either.
    before.ask(query("CREATE INDEX souk_record FOR (n:SoukRecord) ON (n.key)")).await.unwrap();
    let next = server();
    assert_eq!(owned(&next).await, Some(true));
}
