# title: curl: a file: transfer, with headers, cookies and globs parsed
# needs: curl
prepare() { seq 1000 >data1; seq 500 >data2; }
command=(curl -s -b 'a=b' -H 'X-Name: value' -o 'out#1' "file://$area/curl/data[1-2]")
