#!/usr/bin/env bash
# Makes resources/speech again from dialogue.tsv: one Ogg Opus file for each speaker and speech.json, which says how
# the utterances in them make a conversation. Needs espeak-ng, sox and opusenc; the same versions of them give the
# same bytes.
set -euo pipefail
cd "$(dirname "$0")/../resources/speech"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Speaker, name, espeak-ng voice, pitch (0 to 99), words a minute, serial number of the Ogg stream.
speakers='marit|Marit Solheim|en-gb-scotland+f2|46|168|1
tomas|Tomás Berg|en-us+m3|38|158|2
ines|Inês Carvalho|en-us+f5|58|176|3
noor|Noor Haddad|en-gb-x-rp+f4|40|162|4'

# Samples of silence around every utterance, 60 ms, so that a stream can be cut there: it is longer than the encoder's
# lookahead, and what the decoder remembers has died away. Utterances are whole packets.
pad=2880
frame=960

# An object in a list of the JSON document, from arguments like name:text and name=number.
item() {
  local field fields=''
  for field in "$@"; do
    local key=${field%%[:=]*}
    local value=${field#*[:=]}
    [[ $field == "$key="* ]] || value="\"${value//\"/\\\"}\""
    fields+=$(printf '\n      "%s": %s,' "$key" "$value")
  done
  printf '\n    {%s\n    },' "${fields%,}"
}

utterances=''
declare -A next=()
while IFS=$'\t' read -r speaker gap text; do
  IFS='|' read -r _ _ voice pitch speed _ < <(grep "^$speaker|" <<<"$speakers")
  piece="$work/$speaker-$(printf %06d "${next[$speaker]:-0}").wav"
  # espeak-ng leaves up to half a second of silence at the end; all of it goes, and our own comes in.
  espeak-ng -v "$voice" -p "$pitch" -s "$speed" --stdout -- "$text" |
    sox -R -t wav - -b 16 -c 1 -r 48000 "$work/bare.wav" \
      silence 1 0.005 0.3% reverse silence 1 0.005 0.3% reverse highpass 80 norm -3
  rest=$((($(soxi -s "$work/bare.wav") + 2 * pad) % frame))
  sox -R "$work/bare.wav" "$piece" pad "${pad}s" "$((pad + (frame - rest) % frame))s"
  samples=$(soxi -s "$piece")
  ((samples % frame == 0)) || { echo "$piece is $samples samples long, not whole packets" >&2; exit 1; }
  first=${next[$speaker]:-0}
  next[$speaker]=$((first + samples / frame))
  utterances+=$(item "speaker:$speaker" "gapMs=$gap" "firstPacket=$first" "packets=$((samples / frame))" "text:$text")
done <dialogue.tsv

players=''
while IFS='|' read -r speaker name _ _ _ serial; do
  sox -R "$work/$speaker"-*.wav "$work/$speaker.wav"
  opusenc --quiet --serial "$serial" --bitrate 48 --framesize 20 --title "$name" "$work/$speaker.wav" "$speaker.opus"
  players+=$(item "speaker:$speaker" "name:$name" "file:$speaker.opus")
done <<<"$speakers"

printf '{\n  "speakers": [%s\n  ],\n  "utterances": [%s\n  ]\n}\n' "${players%,}" "${utterances%,}" >speech.json
