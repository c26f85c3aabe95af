using System.Text.Json.Nodes;
using WazoPlugind.Platform.Validation;

namespace WazoPlugind.Api.Http;

/// <summary>Reads queries.</summary>
internal static class RequestQuery
{
    /// <summary>The parameters of a request's query, the first of each name.</summary>
    /// <param name="request">The request.</param>
    /// <param name="schema">What they must be.</param>
    /// <param name="isClosed">Whether there may be no others.</param>
    /// <exception cref="Errors.ApiErrorException">One is something else.</exception>
    public static JsonObject ReadQuery(this HttpRequest request, ObjectSchema schema, bool isClosed = false)
    {
        var query = new JsonObject();
        foreach (var (name, values) in request.Query)
            query[name] = values[0] ?? "";
        RequestBody.Refuse(schema.Check(query) ?? (isClosed ? schema.FindUnknown(query) : null));
        return query;
    }

    /// <summary>A parameter of a query that was read, or <c>null</c>.</summary>
    /// <param name="query">The query.</param>
    /// <param name="name">The parameter.</param>
    public static string? Text(this JsonObject query, string name) => query[name]?.GetValue<string>();

    /// <summary>A number of a query that was read, or 0.</summary>
    /// <param name="query">The query.</param>
    /// <param name="name">The parameter.</param>
    public static long Number(this JsonObject query, string name) => query[name] is { } value ? IntegerSchema.Parse(value)!.Value : 0;
}
