# title: openssl: an elliptic key, a certificate
# needs: openssl
command=(openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key.pem -out cert.pem -subj /CN=test -days 1)
