-- Whether the secret is a placeholder until the one that the provider issues is entered.
alter table webhook_sources add column awaits_secret boolean not null default false;
