#!/bin/sh
# Gives the shop's program a user of its own at the database, with all rights on its schema and none besides. It may run
# again at any time: it ends with the password that is stated, whatever was there.
#
# HOST DATABASE USER_NAME ADMINISTRATOR   where, which schema, who, and by whom
# MYSQL_PWD                               the administrator's password, which the client reads
# USER_PASSWORD                           the user's
set -eu
quoted=$(printf '%s' "$USER_PASSWORD" | sed -e 's/\\/\\\\/g' -e "s/'/\\\\'/g")
unset USER_PASSWORD
mysql --host="$HOST" --user="$ADMINISTRATOR" --ssl-mode=REQUIRED --connect-timeout=10 <<SQL
CREATE USER IF NOT EXISTS '$USER_NAME'@'%' IDENTIFIED BY '$quoted' REQUIRE SSL;
ALTER USER '$USER_NAME'@'%' IDENTIFIED BY '$quoted' REQUIRE SSL;
GRANT ALL PRIVILEGES ON \`$DATABASE\`.* TO '$USER_NAME'@'%';
SQL
