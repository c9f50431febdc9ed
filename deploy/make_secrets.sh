#!/usr/bin/env bash
# Makes the keys, certificates and passwords that servers of their own need, those that are missing, each from the machine's
# random numbers. What is there stays, but for certificates that end within 30 days: those are made anew, and so are the
# lists made of other files. Safe to run at any time.
#
#   deploy/make_secrets.sh FOLDER [DOMAIN]
#
# Of DOMAIN (as cortado.svc.cluster.local) every certificate gets NAME.DOMAIN besides NAME and localhost. Into FOLDER come:
#   authority/     ca.pem and ca.key, which signs the certificates: take it away from the machine when all is made
#   keys/          token.pem, which signs tokens; the three servers share the folder, and who has it may do anything
#   profile/, matching/, scheduling/   tls.crt, tls.key, ca.pem, redis.password
#   web/           tls.crt, tls.key, ca.pem, form.key        slack/    tls.crt, tls.key, ca.pem, seal.key
#   backup/        tls.crt, tls.key, ca.pem, backup.passphrase: keep a copy of the last elsewhere, no backup opens without
#   redis/         tls.crt, tls.key, ca.pem, users.acl, replica.conf, operator.password
#   matching-istio/   tls.crt, tls.key, ca.pem: of the gateway before matching (k8s/overlays/cluster)
set -euo pipefail
umask 077

[[ $# == 1 || $# == 2 ]] || { echo "usage: deploy/make_secrets.sh FOLDER [DOMAIN]" >&2; exit 2; }
readonly folder=$1 domain=${2:-}
readonly services=(profile matching scheduling) days_ca=3650 days_certificate=397 renew_within=$((30 * 86400))
mkdir -p "$folder"
cd "$folder"

# make FILE COMMAND...: what COMMAND says, where FILE is missing; never half of it.
make() {
  local -r file=$1
  shift
  [[ ! -e $file ]] || return 0
  "$@" >"$file.new"
  mv "$file.new" "$file"
}
password() { openssl rand -hex 32; }
key() { openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256; }

authority() {
  mkdir -p authority keys
  make authority/ca.key key
  make authority/ca.pem openssl req -x509 -new -key authority/ca.key -sha256 -days $days_ca -subj '/CN=Cortado authority' \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
  make keys/token.pem openssl genpkey -quiet -algorithm ed25519
}

# sign NAME: the certificate of NAME/tls.key, for both ends of a connection.
sign() {
  local names="DNS:$1,DNS:localhost,IP:127.0.0.1"
  [[ -z $domain ]] || names+=",DNS:$1.$domain"
  openssl req -new -key "$1/tls.key" -subj "/CN=$1" |
    openssl x509 -req -CA authority/ca.pem -CAkey authority/ca.key -sha256 -days $days_certificate -set_serial "0x$(openssl rand -hex 16)" \
      -extfile <(printf '%s\n' "subjectAltName=$names" basicConstraints=critical,CA:FALSE keyUsage=critical,digitalSignature \
        extendedKeyUsage=serverAuth,clientAuth) 2>/dev/null
}

certificate() {
  mkdir -p "$1"
  make "$1/tls.key" key
  if [[ -e $1/tls.crt ]] && ! openssl x509 -in "$1/tls.crt" -noout -checkend $renew_within >/dev/null; then rm "$1/tls.crt"; fi
  make "$1/tls.crt" sign "$1"
  cp authority/ca.pem "$1/ca.pem"
}

hash() { printf %s "$(<"$1")" | sha256sum | cut -d ' ' -f 1; }

# docs/security.md says why each user may do what it may. Nobody can log in as `default`, who stores what scripts wrote.
users() {
  local service
  echo 'user default off ~* &* +@all'
  echo "user operator on #$(hash redis/operator.password) ~* &* +@all"
  echo "user replica on #$(hash redis/replica.password) resetkeys resetchannels -@all +psync +replconf +ping"
  echo 'user health on nopass resetkeys resetchannels -@all +ping'
  for service in "${services[@]}"; do
    echo "user $service on #$(hash "$service/redis.password") resetkeys ~cortado:{*}:$service:* resetchannels" \
      "&cortado:wake:$service +@all -@admin -@dangerous -randomkey -dbsize -function -select -move -swapdb +restore +role"
  done
}
replica() { printf '%s\n' 'masteruser replica' "masterauth $(<redis/replica.password)"; }

authority
for name in "${services[@]}" redis web slack backup matching-istio; do certificate "$name"; done
for name in "${services[@]}"; do make "$name/redis.password" password; done
make redis/operator.password password
make redis/replica.password password
users >redis/users.acl.new && mv redis/users.acl.new redis/users.acl
replica >redis/replica.conf.new && mv redis/replica.conf.new redis/replica.conf
make web/form.key openssl rand -hex 32
make slack/seal.key openssl rand -base64 32
make backup/backup.passphrase password
