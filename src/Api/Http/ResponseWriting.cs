using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace WazoPlugind.Api.Http;

/// <summary>Writes answers.</summary>
internal static class ResponseWriting
{
    // In bytes. The server copies what is written at once, for each reader, before it waits for the reader.
    private const int Chunk = 64 * 1024;

    /// <summary>Writes a body that is already JSON.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="json">UTF-8 JSON.</param>
    public static Task WriteJsonAsync(this HttpResponse response, ReadOnlyMemory<byte> json) => response.WriteAsync(json, "application/json");

    /// <summary>Writes a body.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="json">The body.</param>
    public static Task WriteJsonAsync(this HttpResponse response, JsonNode json) => response.WriteJsonAsync(Utf8(json));

    /// <summary>JSON as UTF-8. Its own method makes text of it: <see cref="JsonSerializer"/> would first look its type up.</summary>
    /// <param name="json">The JSON.</param>
    public static byte[] Utf8(JsonNode json) => Encoding.UTF8.GetBytes(json.ToJsonString());

    /// <summary>Writes a body with its length, so that HEAD has it too.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="body">The body.</param>
    /// <param name="contentType">Its type.</param>
    public static async Task WriteAsync(this HttpResponse response, ReadOnlyMemory<byte> body, string contentType)
    {
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        if (response.HttpContext.Request.Method == HttpMethods.Head)
            return;
        await response.WritePartAsync(body, response.HttpContext.RequestAborted);
    }

    /// <summary>Writes a part of a body.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="part">The part.</param>
    /// <param name="cancellationToken">Stops waiting for the reader.</param>
    public static async Task WritePartAsync(this HttpResponse response, ReadOnlyMemory<byte> part, CancellationToken cancellationToken)
    {
        for (var rest = part; rest.Length > 0; rest = rest[Math.Min(Chunk, rest.Length)..])
            await response.Body.WriteAsync(rest[..Math.Min(Chunk, rest.Length)], cancellationToken);
    }

    /// <summary>Writes the answer to a request that began an operation.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="operation">The operation.</param>
    public static Task WriteAcceptedAsync(this HttpResponse response, Guid operation) =>
        response.WriteJsonAsync(new JsonObject { ["uuid"] = operation.ToString() });

    /// <summary>A list with its counts, as UTF-8 JSON.</summary>
    /// <param name="items">The items, each UTF-8 JSON already: they are not parsed again.</param>
    /// <param name="counts">The counts by name.</param>
    public static ReadOnlyMemory<byte> JsonList(IReadOnlyList<ReadOnlyMemory<byte>> items, params ReadOnlySpan<(string Name, int Value)> counts)
    {
        const int around = 256;
        // At once, as a market is large, and growing copies it over and over.
        var buffer = new ArrayBufferWriter<byte>(items.Sum(item => item.Length + 1) + around);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteStartArray("items");
        foreach (var item in items)
            json.WriteRawValue(item.Span, skipInputValidation: true);
        json.WriteEndArray();
        foreach (var (name, value) in counts)
            json.WriteNumber(name, value);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }
}
