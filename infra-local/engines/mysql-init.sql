-- The user of the functions and of the tests, which make databases of their own; run as the server's own administrator:
-- at each start of a native server, at the first start of the one in Docker.
CREATE DATABASE IF NOT EXISTS chat;
CREATE USER IF NOT EXISTS 'app'@'%' IDENTIFIED BY 'app';
GRANT ALL ON `chat`.* TO 'app'@'%';
GRANT ALL ON `test\_%`.* TO 'app'@'%';
