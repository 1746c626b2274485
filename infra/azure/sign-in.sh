#!/bin/sh
# The app registration that people and tools sign in to, with its roles (sign-in.json). Needs az, signed in as somebody who may register applications.
#   sign-in.sh register               makes it for azd's environment, unless REPROCESSING_SIGN_IN_CLIENT_ID names one; its maker becomes admin
#   sign-in.sh grant OBJECT-ID ROLE   gives a person, a group or a tool's service principal a role: viewer, operator, approver or admin
set -eu
cd "$(dirname "$0")"
graph=https://graph.microsoft.com/v1.0
azure_cli=04b07795-8ddb-461a-bbee-02f9e1bf7b46
scope=8e0c3c1a-6a0b-4a55-9d5e-3f4b6c1d0a10
client=${REPROCESSING_SIGN_IN_CLIENT_ID:-}

patch() {
  az rest --method PATCH --url "$graph/applications(appId='$client')" --headers Content-Type=application/json --body "$1"
}

grant() {
  principal=$(az ad sp show --id "$client" --query id -o tsv)
  role=$(az ad sp show --id "$client" --query "appRoles[?value=='$2'].id | [0]" -o tsv)
  [ -n "$role" ] || { echo "There is no role '$2'." >&2; exit 2; }
  az rest --method POST --url "$graph/servicePrincipals/$principal/appRoleAssignedTo" --headers Content-Type=application/json \
    --body "{\"principalId\":\"$1\",\"resourceId\":\"$principal\",\"appRoleId\":\"$role\"}" -o none
}

case "${1:-}" in
  register)
    [ -z "$client" ] || { echo "Sign-in is by $client."; exit 0; }
    name="reprocessing-${AZURE_ENV_NAME:?is set by azd}"
    # Found again when an earlier call was cut off.
    client=$(az ad app list --display-name "$name" --query "[?displayName=='$name'].appId | [0]" -o tsv)
    [ -n "$client" ] || client=$(az ad app create --display-name "$name" --sign-in-audience AzureADMyOrg --query appId -o tsv)
    patch "{\"identifierUris\":[\"api://$client\"]}"
    patch @sign-in.json
    # In a second call, as the scope must be there before an application is allowed it: 'az account get-access-token' then gives tokens.
    patch "{\"api\":{\"preAuthorizedApplications\":[{\"appId\":\"$azure_cli\",\"delegatedPermissionIds\":[\"$scope\"]}]}}"
    az ad sp show --id "$client" -o none 2>/dev/null || az ad sp create --id "$client" -o none
    # Whoever has no role gets no token.
    az ad sp update --id "$client" --set appRoleAssignmentRequired=true
    grant "$(az ad signed-in-user show --query id -o tsv)" admin || echo "You were not made admin, unless you are already: sign-in.sh grant OBJECT-ID admin"
    azd env set REPROCESSING_SIGN_IN_CLIENT_ID "$client" || echo "Where azd is: azd env set REPROCESSING_SIGN_IN_CLIENT_ID $client"
    ;;
  grant)
    : "${client:?REPROCESSING_SIGN_IN_CLIENT_ID is not set}"
    grant "${2:?object id}" "${3:?role}"
    ;;
  *)
    sed -n '2,4p' "$0" >&2
    exit 2
    ;;
esac
