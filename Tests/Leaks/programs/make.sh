# title: make: reads 200 rules, functions, patterns; nothing is to be done
# needs: make
# quick: yes
prepare() { { echo 'V := $(foreach x,a b c d,$(patsubst %,$(x)-%,1 2 3))'; echo 'all: $(addprefix t,0 1 2 3)'; for ((i = 0; i < 200; i++)); do printf 't%d: t%d.in\n%%.o%d: %%.c\n\ttouch $@\nX%d = $(V:%%=%%.x)\n' $i $i $i $i; touch t$i.in; done; } >Makefile; sleep 0.1; touch t0 t1 t2 t3; }
command=(make --no-print-directory all)
