using System.Text.Json;
using System.Text.Json.Nodes;
using WazoPlugind.Api.Errors;
using WazoPlugind.Platform.Validation;

namespace WazoPlugind.Api.Http;

/// <summary>Reads bodies.</summary>
internal static class RequestBody
{
    /// <summary>Reads a body as an object. Null and lists count as an empty one, as they always did; an empty list of options too.</summary>
    /// <param name="request">The request.</param>
    /// <exception cref="ApiErrorException">The body is something else.</exception>
    public static async Task<JsonObject> ReadBodyAsync(this HttpRequest request)
    {
        JsonNode? body;
        try
        {
            body = await JsonNode.ParseAsync(
                request.Body,
                documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false },
                cancellationToken: request.HttpContext.RequestAborted);
        }
        catch (JsonException e)
        {
            throw Invalid($"not valid JSON: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}");
        }

        switch (body)
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

    private static ApiErrorException Invalid(string reason) => new(ApiError.InvalidData(new JsonObject
    {
        ["body"] = new FieldError($"The body is {reason}.", "type", "object").ToJson(),
    }));
}
