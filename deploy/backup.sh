#!/bin/sh
# Takes a backup of every service's database while the deployment works on, each as of one moment, into
# backups/<time>/ with a manifest. The secrets are not part of it.
set -eu
# shellcheck source=deploy/backup/steps.sh
. "$(dirname "$0")/backup/steps.sh"

prepare_backups
name="${NAME:-$stamp}"
[ ! -e "$backups/$name" ] || refuse "$backups/$name is there already"
part="$name.incomplete"
mkdir -m 700 "$backups/$part"
hand_over "$backups/$part"
trap 'rm -rf "${backups:?}/$part"' EXIT

once dumps dump "$part" || refuse "the databases could not be dumped; is the deployment up?"
once evidence python -m services backup seal "/backups/$part"
mv "$backups/$part" "$backups/$name"
say "$backups/$name is complete. The keys are not in it: keep a copy of ${SECRETS_DIR:-secrets}/ apart from the backups,"
say "without it the vaults in this backup can never be opened."
