using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using WazoPlugind.Api.Errors;
using WazoPlugind.Operations.Records;
using WazoPlugind.Platform.Validation;

namespace WazoPlugind.Api.Commands;

/// <summary>Reads the <c>Idempotency-Key</c> of requests.</summary>
internal static class RequestKeys
{
    private const string Header = "Idempotency-Key";
    private const int MaxLength = 255;

    /// <summary>The key of a request, or <c>null</c>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="requester">Who asks.</param>
    /// <param name="body">The body as it was parsed, or <c>null</c>.</param>
    /// <exception cref="ApiErrorException">It cannot be one.</exception>
    public static RequestKey? KeyOf(this HttpRequest request, OperationRequester requester, JsonObject? body)
    {
        if (request.Headers[Header] is not { Count: > 0 } sent)
            return null;
        if (sent is not [{ Length: > 0 and <= MaxLength } key] || !key.All(character => character is > ' ' and <= '~'))
        {
            var error = new FieldError($"Must be 1 to {MaxLength} visible characters of ASCII.", "length", new JsonObject { ["min"] = 1, ["max"] = MaxLength });
            throw new ApiErrorException(ApiError.InvalidData(new JsonObject { [Header] = error.ToJson() }));
        }

        var query = new JsonObject(request.Query.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)new JsonArray([.. pair.Value]))));
        var asked = new JsonArray(request.Method, request.Path.Value, Sorted(query), Sorted(body));
        // With the key, which nobody keeps: a body may hold a password.
        var hash = HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(asked.ToJsonString()));
        var id = SHA256.HashData(Encoding.UTF8.GetBytes(new JsonArray(requester.UserUuid, requester.TenantUuid, key).ToJsonString()));
        return new RequestKey(Convert.ToHexStringLower(id), Convert.ToHexStringLower(hash));
    }

    // The order of keys says nothing.
    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject properties => new JsonObject(properties
            .OrderBy(property => property.Key, StringComparer.Ordinal)
            .Select(property => KeyValuePair.Create(property.Key, Sorted(property.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Sorted)]),
        _ => node?.DeepClone(),
    };
}
