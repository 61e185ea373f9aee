-- H2 has no text that is longer than 1,048,576 characters and as cheap as a short one: what of a command is, lies beside it.
alter table executions add column command_rest varchar(1048576);
