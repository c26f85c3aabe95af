using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace WazoPlugind.Operations.Tests;

public sealed class OperationQueriesTests : OperationsTest
{
    private static readonly Guid Operation = Guid.Parse("9b2c7f0e-0000-4000-8000-000000000001");

    private OperationQueries Queries => new(Path, NullLogger<OperationQueries>.Instance);

    [Fact]
    public void Find_shows_what_the_columns_say()
    {
        Store("""
            INSERT INTO operations (uuid, kind, action, status, namespace, name, version, method, options, revision, reinstall, current_step,
                step_started_at, created_at, finished_at, parent, requester, removed_packages, error, data)
            VALUES ('9b2c7f0e-0000-4000-8000-000000000001', 'install', 'update', 'error', 'a', 'b', '1.0', 'git',
                '{"url": "https://host/a", "ref": "main"}', 'c0ffee', 1, NULL, NULL, '2026-01-01T00:00:00Z',
                '2026-01-01T00:01:00Z', '9b2c7f0e-0000-4000-8000-000000000008', '{"user_uuid": "u", "tenant_uuid": null}', '["x", "y"]',
                '{"error_id": "install-error", "message": "Installation error", "details": {"step": "building"}}', 'the worker''s');
            INSERT INTO operation_steps VALUES ('9b2c7f0e-0000-4000-8000-000000000001', 'starting', '2026-01-01T00:00:00Z', '2026-01-01T00:00:01Z');
            INSERT INTO operations (uuid, kind, action, status, created_at, parent, data)
                VALUES ('9b2c7f0e-0000-4000-8000-000000000002', 'install', 'install', 'running', '2026', '9b2c7f0e-0000-4000-8000-000000000001', '')
            """);

        Assert.Equal(
            """
            {"uuid":"9b2c7f0e-0000-4000-8000-000000000001","action":"update","status":"error","plugin":{"namespace":"a","name":"b","version":"1.0"},
            "created_at":"2026-01-01T00:00:00Z","finished_at":"2026-01-01T00:01:00Z","current_step":null,
            "requester":{"user_uuid":"u","tenant_uuid":null},"parent":"9b2c7f0e-0000-4000-8000-000000000008",
            "waiting":null,"undelivered":null,
            "error":{"error_id":"install-error","message":"Installation error","details":{"step":"building"}},
            "method":"git","options":{"url":"https://host/a","ref":"main"},"revision":"c0ffee","commit":"c0ffee","reinstall":true,
            "removed_packages":["x","y"],"attempts":[],"children":["9b2c7f0e-0000-4000-8000-000000000002"],
            "steps":[{"name":"starting","started_at":"2026-01-01T00:00:00Z","finished_at":"2026-01-01T00:00:01Z"}]}
            """.ReplaceLineEndings(""),
            Queries.Find(Operation)!.ToJsonString().Replace(": ", ":").Replace(", ", ","));
    }

    [Fact]
    public void What_an_operation_cannot_tell_is_shown_while_its_first_message_is_not_taken()
    {
        Insert("uuid", $"'{Operation}'");
        Store($"""
            INSERT INTO outbox (operation, id, destination, type, body, requester, sent_at) VALUES
                ('{Operation}', 'a', 'plugind-fetch', '', '', '', '2026'), ('{Operation}', 'b', 'events', '', '', '', NULL), ('{Operation}', 'c', 'plugind-build', '', '', '', NULL);
            INSERT INTO outbox_pauses VALUES ('plugind-build', '2026-02', 'no room'), ('plugind-fetch', '2026-01', 'no room')
            """);
        Assert.Null(Queries.Find(Operation)!["undelivered"]);

        Store("INSERT INTO outbox_pauses VALUES ('events', '2026-03', 'no permission')");

        Assert.Equal("""{"destination":"events","since":"2026-03","reason":"no permission"}""", Queries.Find(Operation)!["undelivered"]!.ToJsonString());
        Assert.Equal([("events", "no permission"), ("plugind-build", "no room"), ("plugind-fetch", "no room")], Queries.Pauses());
    }

    [Fact]
    public void What_an_operation_waits_for_is_told()
    {
        const string worker = """{"for":"worker","operations":[],"until":null,"reason":null}""";
        (string Change, string? Expected)[] course =
        [
            ("SELECT 1", null),
            ($"INSERT INTO outbox (operation, id, destination, type, body, requester) VALUES ('{Operation}', 'm', 'plugind-build', 'step.build', '', '')", worker),
            ("UPDATE outbox SET not_before = '2026-01-01'", worker),
            ("UPDATE outbox SET not_before = '2999-01-01'", """{"for":"next_try","operations":[],"until":"2999-01-01","reason":"no route"}"""),
            ("UPDATE outbox SET sent_at = '2026'", worker),
            ("""UPDATE operations SET attempts = '[{"message": "m", "work": "build", "began_at": "2026"}]'""", null),
            (
                "UPDATE outbox SET sent_at = NULL; INSERT INTO outbox_pauses VALUES ('plugind-build', '2026', 'no room')",
                """{"for":"broker","operations":[],"until":null,"reason":"no room"}"""),
            ("""UPDATE operations SET parts = '["p"]'""", """{"for":"parts","operations":["p"],"until":null,"reason":null}"""),
            (
                $"""
                UPDATE operations SET status = 'waiting';
                INSERT INTO plugin_turns (plugin, uuid) VALUES ('a/b', 'first'), ('a/b', 'second'), ('a/b', '{Operation}'), ('c/d', '{Operation}')
                """,
                """{"for":"turn","operations":["first"],"until":null,"reason":null}"""),
            ("UPDATE operations SET finished_at = '2026', status = 'completed', parts = NULL; DELETE FROM outbox", null),
        ];
        Insert("uuid, attempts", $$"""'{{Operation}}', '[{"message": "m", "work": "build", "begun": 1, "reason": "no route"}]'""");
        foreach (var (change, expected) in course)
        {
            Store(change);

            Assert.Equal(expected, Queries.Find(Operation)!["waiting"]?.ToJsonString());
            Assert.Equal(expected, Queries.List(All()).Items[0]["waiting"]?.ToJsonString());
        }

        Assert.Equal("""[{"work":"build"}]""", Queries.Find(Operation)!["attempts"]!.ToJsonString());
    }

    [Fact]
    public void A_step_that_is_under_way_is_the_current_one_and_has_no_end()
    {
        Insert("uuid, current_step, step_started_at", $"'{Operation}', 'building', '2026-01-01T00:00:05Z'");
        Store($"INSERT INTO operation_steps VALUES ('{Operation}', 'building', '2026-01-01T00:00:05Z', NULL)");

        var shown = Queries.Find(Operation)!;

        Assert.Equal("""{"name":"building","started_at":"2026-01-01T00:00:05Z"}""", shown["current_step"]!.ToJsonString());
        Assert.Equal("""[{"name":"building","started_at":"2026-01-01T00:00:05Z","finished_at":null}]""", shown["steps"]!.ToJsonString());
    }

    // Git's word is known by its old name too; the market has git's.
    [Theory]
    [InlineData("git", true)]
    [InlineData("market", true)]
    [InlineData("archive", false)]
    public void The_revision_of_any_source_is_shown(string method, bool isCommit)
    {
        Insert("uuid, method, revision", $"'{Operation}', '{method}', 'a-revision'");

        var shown = Queries.Find(Operation)!;

        Assert.Equal(("a-revision", isCommit), (shown["revision"]!.GetValue<string>(), shown.ContainsKey("commit")));
    }

    [Theory]
    [InlineData("options", "{\"url\": \"")]
    [InlineData("options", "[]")]
    [InlineData("requester", "nonsense")]
    [InlineData("requester", "\"text\"")]
    [InlineData("error", "null")]
    [InlineData("removed_packages", "{}")]
    [InlineData("removed_packages", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[")]
    public void A_bad_row_is_shown_as_far_as_it_can_be_read(string column, string json)
    {
        Insert($"uuid, method, {column}", $"'{Operation}', 'git', '{json}'");
        Insert("uuid", $"'{Guid.NewGuid()}'");

        var (items, total, _) = Queries.List(All());

        Assert.Equal((2, 2), (items.Count, total));
        var shown = items.Single(item => item["uuid"]!.GetValue<string>() == Operation.ToString());
        Assert.Equal("git", shown["method"]!.GetValue<string>());
        Assert.Equal(column == "options" ? "{}" : null, shown[column]?.ToJsonString());
    }

    [Fact]
    public void List_filters_orders_and_counts()
    {
        for (var i = 0; i < 5; i++)
            Insert("uuid, status, name, created_at", $"'{Guid.NewGuid()}', '{(i < 3 ? "completed" : "waiting")}', 'n{i}', '2026-01-0{i + 1}'");

        var (items, total, filtered) = Queries.List(All() with { Status = "completed", Order = "name", Limit = 2, Offset = 1 });

        Assert.Equal((5, 3), (total, filtered));
        Assert.Equal(["n1", "n0"], items.Select(item => item["plugin"]!["name"]!.GetValue<string>()));
    }

    [Fact]
    public void Ended_counts_what_is_kept()
    {
        Assert.Equal((0, null), Queries.Ended());
        foreach (var day in (string[])["02", "01", "03"])
            Insert("uuid, finished_at", $"'{Guid.NewGuid()}', '2026-01-{day}T00:00:00.0000000Z'");
        Insert("uuid", $"'{Guid.NewGuid()}'");

        Assert.Equal((3, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)), Queries.Ended());
        Assert.Equal(1, Queries.CountUnfinished());
    }

    [Theory]
    [InlineData("x", null, 2)]
    [InlineData(null, "a", 2)]
    [InlineData("x", "a", 1)]
    [InlineData("none", null, 0)]
    public void Those_on_some_plugins_can_be_asked_for(string? pluginNamespace, string? name, int count)
    {
        foreach (var plugin in (string[])["'x', 'a'", "'x', 'b'", "'y', 'a'"])
            Insert("uuid, namespace, name", $"'{Guid.NewGuid()}', {plugin}");

        var (items, total, filtered) = Queries.List(All() with { Namespace = pluginNamespace, Name = name });

        Assert.Equal((count, 3, count), (items.Count, total, filtered));
    }

    [Fact]
    public void A_stored_request_waits_until_a_saga_takes_it()
    {
        Store($"INSERT INTO outbox (operation, id, destination, type, body, requester) VALUES ('{Operation}', 'a', 'plugind-requests', '', '', '')");
        Store($"INSERT INTO outbox (operation, id, destination, type, body, requester) VALUES ('{Guid.NewGuid()}', 'b', 'plugind-fetch', '', '', '')");

        Assert.Equal([Operation], Queries.Requested());
        Assert.Equal((true, false), (Queries.IsRequested(Operation), Queries.IsRequested(Guid.NewGuid())));

        Insert("uuid", $"'{Operation}'");
        Assert.Empty(Queries.Requested());
    }

    [Fact]
    public void Without_tables_there_is_nothing()
    {
        var path = Path + "-empty";
        using (var connection = new SqliteConnection($"Data Source={path};Pooling=false"))
        {
            connection.Open();
            connection.Execute("CREATE TABLE other (x)");
        }

        var queries = new OperationQueries(path, NullLogger<OperationQueries>.Instance);

        Assert.Equal((0, 0), (queries.List(All()).Total, queries.CountUnfinished()));
        Assert.Empty(queries.Requested());
        Assert.Equal((false, (0, null)), (queries.IsRequested(Operation), queries.Ended()));
        Assert.Null(queries.Find(Operation));
    }

    private static OperationQuery All() => new(null, null, null, null, "created_at", Descending: true, Limit: 0, Offset: 0);

    // With what a row has to have, where nothing else is said.
    private void Insert(string columns, string values)
    {
        (string Column, string Value)[] needed =
            [("kind", "install"), ("action", "install"), ("status", "running"), ("namespace", "a"), ("name", "b"), ("created_at", "2026"), ("data", "")];
        var missing = needed.Where(pair => !columns.Split(", ").Contains(pair.Column)).ToList();
        Store($"""
            INSERT INTO operations ({columns}, {string.Join(", ", missing.Select(pair => pair.Column))})
            VALUES ({values}, {string.Join(", ", missing.Select(pair => $"'{pair.Value}'"))})
            """);
    }

    private void Store(string sql) => Database.Write((connection, transaction) => connection.Execute(sql, transaction: transaction));
}
