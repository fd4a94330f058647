#!/usr/bin/env bash
# A walk through the API with curl. ADDRESS is where it runs, COOKIE the session of somebody who signed in.
set -euo pipefail
ADDRESS=${ADDRESS:-http://127.0.0.1:8000}
COOKIE=${COOKIE:-}

# 1. Any question is a POST of JSON. The answer says what it cost and what is left of this minute's rows.
curl -sS "$ADDRESS/graphql" -H 'Content-Type: application/json' \
    -d '{"query": "{ serviceTypes(first: 3) { totalCount nodes { code nameEn } } }"}'
echo

# 2. A document that is stored with the service travels as its digest, and a question may go by GET.
NEEDS=$(sha256sum api/stored_documents/needs.graphql | cut -d' ' -f1)
curl -sS -G "$ADDRESS/graphql" -H 'Accept: application/json' -b "$COOKIE" \
    --data-urlencode "documentId=sha256:$NEEDS" --data-urlencode 'variables={"state": "OPEN"}'
echo

# 3. Ask for help. `idempotencyKey` is your own text for this very act: sent again, it opens nothing twice.
KEY=walk-$(date +%s)
TOMORROW=$(date -d tomorrow +%F)
OPEN_NEED='mutation ($input: OpenNeedInput!) { openNeed(input: $input) { need { id state } errors { code message field } } }'
for _ in 1 2; do
    curl -sS "$ADDRESS/graphql" -H 'Content-Type: application/json' -H 'Accept-Language: en' -b "$COOKIE" -d "{
        \"query\": \"$OPEN_NEED\",
        \"variables\": {\"input\": {\"serviceType\": \"SHOPPING\", \"minutes\": 60, \"idempotencyKey\": \"$KEY\",
            \"windows\": [{\"date\": \"$TOMORROW\", \"starts\": \"09:00\", \"ends\": \"11:00\"}]}}}"
    echo
done

# 4. What is refused has a code for you and a sentence for the person, in the language they asked for.
curl -sS "$ADDRESS/graphql" -H 'Content-Type: application/json' -H 'Accept-Language: zh-hans' -b "$COOKIE" \
    -d '{"query": "mutation { withdrawNeed(input: {needId: \"bm90aGluZw==\"}) { errors { code message field } } }"}'
echo
