# title: ffmpeg: 3 seconds of test picture and sound through H.264, MPEG-4, AAC and FLAC, with threads
# needs: ffmpeg
# command: ffmpeg
# proof: -version
# shellcheck shell=bash
# shellcheck source=/dev/null
. "$MATRIX_LIB"
quiet=(ffmpeg -nostdin -hide_banner -loglevel error -y)
"${quiet[@]}" -f lavfi -i testsrc2=size=480x320:rate=25:duration=3 -f lavfi -i 'sine=frequency=440:duration=3' -c:v libx264 -preset fast -threads 4 -c:a flac -bitexact film.mkv
"${quiet[@]}" -threads 4 -i film.mkv -map 0:v -f framemd5 - | grep -v '^#' | digest
"${quiet[@]}" -i film.mkv -map 0:a -f md5 -
"${quiet[@]}" -i film.mkv -vf 'scale=240:160,hue=s=0,edgedetect' -c:v mpeg4 -threads 2 -c:a aac -bitexact other.mp4
"${quiet[@]}" -i other.mp4 -map 0:v -f framemd5 - | grep -v '^#' | digest
"${quiet[@]}" -i film.mkv -vf fps=5 picture%02d.png
cat picture*.png | wc -c | sed 's/[0-9]\{2\}$/00/'
"${quiet[@]}" -i film.mkv -filter_complex '[0:v]split=3[a][b][c];[a][b]hstack[d];[c]scale=960:320[e];[d][e]vstack' -an -f framemd5 -frames:v 20 - | grep -v '^#' | digest
