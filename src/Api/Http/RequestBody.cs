using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using WazoPlugind.Api.Errors;

namespace WazoPlugind.Api.Http;

/// <summary>Reads bodies.</summary>
internal static class RequestBody
{
    /// <summary>Reads a body as an object. Null and lists count as an empty one, as they always did; an empty list of options too.</summary>
    /// <param name="request">The request.</param>
    /// <exception cref="ApiErrorException">The body is something else.</exception>
    public static async Task<JsonObject> ReadBodyAsync(this HttpRequest request)
    {
        using var buffer = new MemoryStream();
        await request.Body.CopyToAsync(buffer, request.HttpContext.RequestAborted);
        switch (Parse(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)))
        {
            case null or JsonArray:
                return [];
            case JsonObject properties:
                if (properties["options"] is JsonArray { Count: 0 })
                    properties["options"] = new JsonObject();
                return properties;
            default:
                throw Invalid("not a JSON object");
        }
    }

    /// <summary>Refuses a body in which something is wrong.</summary>
    /// <param name="errors">What is wrong, by field; <c>null</c> when nothing is.</param>
    /// <exception cref="ApiErrorException">Something is.</exception>
    public static void Refuse(JsonObject? errors)
    {
        if (errors is not null)
            throw new ApiErrorException(ApiError.InvalidData(errors));
    }

    private static JsonNode? Parse(ReadOnlySpan<byte> body)
    {
        if (body.StartsWith(Encoding.UTF8.Preamble))
            body = body[Encoding.UTF8.Preamble.Length..];
        try
        {
            RequireText(body);
            return JsonNode.Parse(body, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException e) when (e.LineNumber is { } line)
        {
            throw Invalid($"not valid JSON: line {line + 1}, byte {e.BytePositionInLine + 1}");
        }
        catch (JsonException)
        {
            throw Invalid("not valid JSON: a key is there twice");
        }
    }

    // A parser takes bytes that are no UTF-8, and half of a surrogate pair, and fails once someone reads them (RFC 8259, 8.1 and 8.2).
    private static void RequireText(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        while (reader.Read())
        {
            if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName))
                continue;
            try
            {
                reader.GetString();
            }
            catch (InvalidOperationException)
            {
                var before = body[..(int)reader.TokenStartIndex];
                throw Invalid($"not valid JSON: line {before.Count((byte)'\n') + 1}, byte {before.Length - before.LastIndexOf((byte)'\n')}, no text");
            }
        }
    }

    private static ApiErrorException Invalid(string reason) => new(ApiError.InvalidBody($"The body is {reason}."));
}
