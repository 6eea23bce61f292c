-- The user of the functions and of the tests, which make databases of their own. The server's own
-- administrator runs this: at each start of a native server, at the first start of one in Docker.
CREATE DATABASE IF NOT EXISTS chat;
CREATE USER IF NOT EXISTS 'app'@'%' IDENTIFIED BY 'app';
GRANT ALL ON `chat`.* TO 'app'@'%';
GRANT ALL ON `test\_%`.* TO 'app'@'%';
