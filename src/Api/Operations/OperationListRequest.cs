using WazoPlugind.Api.Http;
using WazoPlugind.Messages;
using WazoPlugind.Operations;
using WazoPlugind.Platform.Market;
using WazoPlugind.Platform.Validation;

namespace WazoPlugind.Api.Operations;

/// <summary>A request for a part of the operations.</summary>
internal static class OperationListRequest
{
    private static readonly ObjectSchema Query = new(
        new Field("status", new StringSchema(StringRule.OneOf([OperationStatus.Queued, .. OperationQueries.Statuses]))),
        new Field("action", new StringSchema(StringRule.OneOf(OperationQueries.Actions))),
        new Field("dry_run", new BooleanSchema()),
        new Field("namespace", StringSchema.Line),
        new Field("name", StringSchema.Line),
        new Field("order", new StringSchema(StringRule.OneOf([.. OperationQuery.Orders]))),
        new Field("direction", new StringSchema(StringRule.OneOf("asc", "desc"))),
        new Field("limit", new IntegerSchema(0)),
        new Field("offset", new IntegerSchema(0)));

    /// <summary>What a request asks for; the newest first where it does not say.</summary>
    /// <param name="request">The request.</param>
    /// <exception cref="Errors.ApiErrorException">The query is invalid.</exception>
    public static OperationQuery Read(HttpRequest request)
    {
        var query = request.ReadQuery(Query, isClosed: true);
        return new OperationQuery(
            query.Text("status"),
            query.Text("action"),
            query.Text("namespace"),
            query.Text("name"),
            query.Text("order") ?? "created_at",
            query.Text("direction") != "asc",
            query.Number("limit"),
            query.Number("offset"))
        {
            DryRun = query["dry_run"] is { } dryRun && BooleanSchema.Parse(dryRun) == true,
        };
    }
}
