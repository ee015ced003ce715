# title: openssl: keys, certificates, signatures, CMS, ciphers and digests; a TLS server and client
# needs: openssl
# command: openssl
# proof: version
# shellcheck shell=bash
# shellcheck source=/dev/null
. "$MATRIX_LIB"
prose 20000 >text
for name in sha1 sha512 sha3-256 blake2b512 md5; do openssl dgst -"$name" text; done
for name in aes-256-cbc aes-128-ctr chacha20 camellia-192-cbc; do
    openssl enc -"$name" -pbkdf2 -iter 1000 -pass pass:secret -S 0011223344556677 -in text -out sealed
    openssl enc -d -"$name" -pbkdf2 -iter 1000 -pass pass:secret -S 0011223344556677 -in sealed | cmp - text && echo "$name $(digest <sealed)"
done
openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.key 2>/dev/null ||
    openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.key 2>/dev/null
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ec.key
openssl genpkey -algorithm ED25519 -out ed.key
for kind in rsa ec; do
    openssl pkey -in $kind.key -pubout -out $kind.pub
    openssl dgst -sha256 -sign $kind.key -out signature text
    openssl dgst -sha256 -verify $kind.pub -signature signature text
done
openssl req -x509 -new -key rsa.key -subj /CN=authority -days 30 -out authority.crt
openssl req -new -key ec.key -subj /CN=localhost -out server.csr
openssl x509 -req -in server.csr -CA authority.crt -CAkey rsa.key -set_serial 7 -days 10 -out server.crt 2>/dev/null
openssl verify -CAfile authority.crt server.crt
openssl x509 -in server.crt -noout -subject -issuer -serial
openssl cms -encrypt -aes256 -in text -binary -out message authority.crt
openssl cms -decrypt -inkey rsa.key -in message | cmp - text && echo "cms"
openssl rand 100000 | wc -c
openssl prime -generate -bits 256 | xargs openssl prime | grep -c 'is prime'

port=$(free_port)
openssl s_server -accept "127.0.0.1:$port" -cert server.crt -key ec.key -quiet -WWW -naccept 40 >server.log 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true' EXIT
connected() { (exec 3<>"/dev/tcp/127.0.0.1/$port"); }
wait_until 20 connected
for ((i = 0; i < 12; i++)); do
    printf 'GET /text HTTP/1.0\r\n\r\n' | openssl s_client -connect "127.0.0.1:$port" -CAfile authority.crt -servername localhost -verify_return_error -quiet 2>client.log |
        sed '1,/^\r$/d' | cmp -s - text && echo "page"
done | uniq -c
