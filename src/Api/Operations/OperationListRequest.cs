using WazoPlugind.Api.Http;
using WazoPlugind.Operations;
using WazoPlugind.Platform.Market;
using WazoPlugind.Platform.Validation;

namespace WazoPlugind.Api.Operations;

/// <summary>A request for a part of the operations.</summary>
internal static class OperationListRequest
{
    private static readonly ObjectSchema Query = new(
        new Field("status", new StringSchema(StringRule.OneOf(OperationQueries.Statuses))),
        new Field("action", new StringSchema(StringRule.OneOf(OperationQueries.Actions))),
        new Field("order", new StringSchema(StringRule.OneOf([.. OperationQuery.Orders]))),
        new Field("direction", new StringSchema(StringRule.OneOf("asc", "desc"))),
        new Field("limit", new IntegerSchema(0)),
        new Field("offset", new IntegerSchema(0)));

    /// <summary>What a request asks for; the newest first where it does not say.</summary>
    /// <param name="request">The request.</param>
    /// <exception cref="Errors.ApiErrorException">The query is invalid.</exception>
    public static OperationQuery Read(HttpRequest request)
    {
        var query = request.ReadQuery(Query);
        return new OperationQuery(
            query.Text("status"), query.Text("action"), query.Text("order") ?? "created_at", query.Text("direction") != "asc", query.Number("limit"), query.Number("offset"));
    }
}
