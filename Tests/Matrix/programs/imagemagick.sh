# title: ImageMagick: drawing, resizing, blurring, formats, montage with its threads
# needs: imagemagick
# command: /usr/bin/convert /usr/bin/identify /usr/bin/montage
# shellcheck shell=bash
convert() { /usr/bin/convert "$@"; }
export MAGICK_THREAD_LIMIT=4
convert -size 900x700 gradient:red-blue -swirl 120 -fill white -draw 'circle 300,300 380,300' -draw 'line 0,0 899,699' base.png
convert base.png -resize 50% -unsharp 0x1 small.png
convert base.png -gaussian-blur 0x4 -modulate 110,80 blurred.png
convert base.png -rotate 33 -background none -colors 32 turned.gif
convert base.png -quality 85 picture.jpg
convert picture.jpg -edge 2 -negate edges.tiff
/usr/bin/montage small.png small.png small.png small.png -geometry +4+4 -tile 2x2 montage.png
for file in base.png small.png blurred.png turned.gif picture.jpg edges.tiff montage.png; do
    /usr/bin/identify -format '%f %m %wx%h %#\n' "$file"
done
for ((i = 0; i < 20; i++)); do convert base.png -crop "200x200+$((i * 20))+$((i * 10))" +repage -resize 300% "crop$i.png"; done
convert crop?.png crop1?.png -append -format '%wx%h %#\n' info:
