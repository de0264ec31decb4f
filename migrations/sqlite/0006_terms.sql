-- The words that the search index holds, so that a prefix is asked as those words: FTS5 reads a word's rows as far as they
-- are needed, but all rows of all words of a prefix before the first.
create virtual table alerts_text_terms using fts5vocab (alerts_text, instance);
create virtual table events_text_terms using fts5vocab (events_text, instance);
