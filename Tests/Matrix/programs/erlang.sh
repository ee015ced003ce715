# title: erlang: processes, messages, binaries, ETS and its compiler
# needs: erlang-base
# command: erl
# proof: -noshell -eval halt().
# shellcheck shell=bash
cat >work.erl <<'ERL'
-module(work).
-export([main/0]).
number(S) -> S * 16807 rem 2147483647.
churn(0, _, M) -> M;
churn(N, S, M) -> churn(N - 1, number(S), maps:put(S rem 5003, {S, integer_to_binary(S)}, M)).
worker(Parent, N) -> M = churn(20000, N, #{}), Parent ! {N, erlang:phash2(lists:sort(maps:to_list(M)))}.
main() ->
    Self = self(),
    [spawn(fun() -> worker(Self, N) end) || N <- lists:seq(1, 30)],
    [receive {N, H} -> io:format("~p ~p~n", [N, H]) end || N <- lists:seq(1, 30)],
    T = ets:new(t, [public, set]),
    Pids = [spawn_monitor(fun() -> [ets:insert(T, {N * 1000 + K, binary:copy(<<"x">>, K)}) || K <- lists:seq(1, 500)] end) || N <- lists:seq(1, 40)],
    [receive {'DOWN', R, process, P, normal} -> ok end || {P, R} <- Pids],
    io:format("ets ~p ~p~n", [ets:info(T, size), ets:foldl(fun({_, B}, A) -> A + byte_size(B) end, 0, T)]),
    B = list_to_binary([integer_to_list(I * 7919 rem 10007) || I <- lists:seq(1, 100000)]),
    io:format("zlib ~p~n", [zlib:uncompress(zlib:compress(B)) =:= B]),
    io:format("re ~p~n", [length(element(2, re:run(B, "7+3", [global])))]),
    [spawn(fun() -> receive stop -> ok end end) || _ <- lists:seq(1, 20000)],
    erlang:garbage_collect(),
    io:format("done~n"), halt(0).
ERL
erlc work.erl
erl -noshell -pa . -s work main
