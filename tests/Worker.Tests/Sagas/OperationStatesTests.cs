using System.Text.Json;
using WazoPlugind.Messages;
using WazoPlugind.Operations.Outbox;
using WazoPlugind.Operations.Records;
using WazoPlugind.Plugins.Manifest;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Worker.Sagas;
using WazoPlugind.Worker.Sagas.Install;
using WazoPlugind.Worker.Sagas.Uninstall;
using WazoPlugind.Worker.Steps;
using WazoPlugind.Worker.Steps.Remove;
using WazoPlugind.Worker.Steps.Reports;

namespace WazoPlugind.Worker.Tests.Sagas;

public sealed class OperationStatesTests : OrchestratorTest
{
    [Fact]
    public async Task What_is_stored_is_found_and_shown()
    {
        var uuid = await BeginAsync(operation =>
        {
            operation.Options = new InstallOptions { Url = operation.TakeUrl("https://me:geheim@host/repo"), Ref = "v1" };
            operation.Manifest = new PluginManifest(new PluginIdentity("a", "b", "1.0"), 2, [], []);
        });

        await ChangeAsync(uuid, operation => Assert.Equal("b", ((InstallState)operation).Plugin!.Name));
        var shown = Queries().Find(uuid)!;
        Assert.Equal(
            ("running", "https://host/repo", "1.0", "starting"),
            (shown["status"]!.GetValue<string>(), shown["options"]!["url"]!.GetValue<string>(), shown["plugin"]!["version"]!.GetValue<string>(), shown["current_step"]!["name"]!.GetValue<string>()));
        Assert.Equal(1, await CountAsync("secrets"));
        Assert.DoesNotContain("geheim", shown.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Steps_are_announced_once_in_their_order_whichever_report_comes_first()
    {
        var uuid = await BeginAsync();
        StepRecord[] began = [Step("downloading", finished: true), Step("extracting", finished: false)];
        StepRecord[] ended = [Step("downloading", finished: true), Step("extracting", finished: true), Step("validating", finished: true)];

        await ChangeAsync(uuid, operation => operation.Record(ended));
        await ChangeAsync(uuid, operation => operation.Record(began));

        Assert.Equal(["starting", "downloading", "extracting", "validating"], await AnnouncedAsync());
        var steps = Queries().Find(uuid)!["steps"]!.AsArray();
        Assert.Equal(3, steps.Count);
        Assert.All(steps, step => Assert.NotNull(step!["finished_at"]));
    }

    [Fact]
    public async Task The_end_is_told_to_the_parent_and_to_who_waits_after_everyone_else()
    {
        var (parent, plugin) = (Guid.NewGuid(), new PluginReference("a", "b"));
        var uuid = await BeginAsync(operation => operation.TakeTurn(plugin), parent);
        var next = await BeginAsync(operation => Assert.Equal(uuid, operation.TakeTurn(plugin).WaitsFor));
        await Writer.WriteAsync(transaction => transaction.Execute("DELETE FROM outbox"));

        await ChangeAsync(uuid, operation => operation.Fail(operation.ErrorOf(StepFailure.Of("building", "no"))));

        var sent = await OutboxAsync();
        Assert.Equal(["workspace", "events", "plugind-operations", "plugind-operations", "ended"], sent.Select(message => message.Destination));
        Assert.Equal(["child-ended", "turn-came", "PluginOperationEnded"], sent.Skip(2).Select(message => message.Type));
        Assert.Contains(next.ToString(), sent[3].Body, StringComparison.Ordinal);
        Assert.Equal("error", Queries().Find(uuid)!["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task One_that_cannot_be_read_ends_in_an_error_and_the_others_go_on()
    {
        var (bad, good) = (await BeginAsync(), await BeginAsync());
        await Writer.WriteAsync(transaction => transaction.Execute("UPDATE operations SET data = '{' WHERE uuid = @bad", new { bad = bad.ToString() }));

        await ChangeAsync(bad, operation => Assert.NotNull(operation.FinishedAt), save: false);
        await ChangeAsync(good, operation => Assert.Null(operation.FinishedAt), save: false);

        Assert.Equal("error", Queries().Find(bad)!["status"]!.GetValue<string>());
        Assert.Equal("error", (await AnnouncedAsync())[^1]);
    }

    [Fact]
    public async Task Ended_operations_are_pruned_by_count_and_age_with_their_steps()
    {
        List<Guid> ended = [];
        for (var index = 0; index < 5; index++)
        {
            var uuid = await BeginAsync(operation => operation.Record([Step("downloading", finished: true)]));
            Time.Advance(TimeSpan.FromMinutes(1));
            await ChangeAsync(uuid, operation => operation.Complete());
            ended.Add(uuid);
        }

        Assert.Equal(ended.Skip(2).Select(uuid => uuid.ToString()).Order(), await UuidsAsync());
        Assert.Equal(3, await CountAsync("operation_steps"));
        Time.Advance(TimeSpan.FromDays(31));
        for (var index = 0; index < 2; index++)
        {
            var uuid = await BeginAsync();
            await ChangeAsync(uuid, operation => operation.Complete());
            ended.Add(uuid);
        }

        Assert.Equal(ended.Skip(5).Select(uuid => uuid.ToString()).Order(), await UuidsAsync());
    }

    [Fact]
    public async Task A_clock_that_jumps_a_year_ahead_does_not_cost_the_history()
    {
        for (var index = 0; index < 3; index++)
        {
            await ChangeAsync(await BeginAsync(), operation => operation.Complete());
            Time.Advance(TimeSpan.FromMinutes(1));
        }

        Time.Advance(TimeSpan.FromDays(365));
        await ChangeAsync(await BeginAsync(), operation => operation.Complete());

        Assert.Equal(2, (await UuidsAsync()).Count());
    }

    [Fact]
    public async Task Another_kind_is_stored_as_what_it_is()
    {
        var uuid = Guid.NewGuid();
        await Writer.WriteAsync(transaction =>
        {
            var state = new UninstallState { CorrelationId = uuid, Namespace = "a", Name = "b", RemovedPackages = ["x"] };
            States.Attach(state, transaction);
            state.Begin(new OperationRequester("user", "tenant"), parent: null);
            state.Complete();
            States.Save(state, transaction);
        });

        var shown = Queries().Find(uuid)!;
        Assert.Equal(
            ("uninstall", "completed", "user", "x"),
            (shown["action"]!.GetValue<string>(), shown["status"]!.GetValue<string>(), shown["requester"]!["user_uuid"]!.GetValue<string>(), shown["removed_packages"]![0]!.GetValue<string>()));
    }

    [Fact]
    public async Task What_was_tried_of_a_work_is_counted_once_whichever_report_comes_first()
    {
        var uuid = await BeginAsync(operation => operation.Send(new RemovePackage { Uuid = operation.CorrelationId, Namespace = "a", Name = "b" }));
        Guid first = (await OutboxAsync())[^1].Id, second = Guid.NewGuid();
        var (step, until) = (Step("removing", finished: true), DateTimeOffset.UnixEpoch.AddDays(1));

        // Two runs of one message, each heard of twice, and the end of a third one, whose beginning comes late.
        foreach (var run in (int[])[1, 1, 2, 2])
            await ChangeAsync(uuid, operation => operation.Begin(Began(first, run, kills: run - 1)));
        await ChangeAsync(uuid, operation => operation.Postpone(Postponed(first, [step]), second, until));
        Assert.Equal(
            """[{"work":"remove","begun":2,"postponed":1,"killed":1,"next_try_at":"1970-01-02T00:00:00.0000000Z","reason":"locked"}]""",
            Queries().Find(uuid)!["attempts"]!.ToJsonString());
        await ChangeAsync(uuid, operation => operation.Begin(Began(first, 3, kills: 0)));
        await ChangeAsync(uuid, operation => operation.End(second, [step]));

        Assert.Equal(
            """[{"work":"remove","begun":3,"postponed":1,"killed":1,"next_try_at":null,"reason":"locked"}]""",
            Queries().Find(uuid)!["attempts"]!.ToJsonString());

        StepBegan Began(Guid message, int at, int kills) => new()
        {
            Uuid = uuid,
            Command = message,
            Steps = [],
            BeganAt = DateTimeOffset.UnixEpoch.AddSeconds(at),
            Kills = kills,
            Worker = "here",
            Places = 1,
        };

        StepPostponed Postponed(Guid message, IReadOnlyList<StepRecord> steps) =>
            new() { Uuid = uuid, Command = message, Steps = steps, Delay = 1, Next = new StepTry(1, 1, Alone: false), Reason = "locked" };
    }

    private static StepRecord Step(string name, bool finished) =>
        new(name, DateTimeOffset.UnixEpoch, finished ? DateTimeOffset.UnixEpoch.AddSeconds(1) : null);

    private async Task<Guid> BeginAsync(Action<InstallState>? change = null, Guid? parent = null)
    {
        var uuid = Guid.NewGuid();
        await Writer.WriteAsync(transaction =>
        {
            var state = new InstallState { CorrelationId = uuid, Method = InstallMethods.Git };
            States.Attach(state, transaction);
            state.Begin(requester: null, parent is { } value ? new OperationParent(value, []) : null);
            change?.Invoke(state);
            States.Save(state, transaction);
        });
        return uuid;
    }

    private Task ChangeAsync(Guid uuid, Action<OperationState> change, bool save = true) => Writer.WriteAsync(transaction =>
    {
        var state = States.Find(transaction, uuid)!;
        change(state);
        if (save)
            States.Save(state, transaction);
    });

    private async Task<IReadOnlyList<string>> AnnouncedAsync() =>
    [
        .. (await OutboxAsync()).Where(message => message.Destination == OutboxMessage.Events)
            .Select(message => JsonDocument.Parse(message.Body).RootElement.GetProperty("data").GetProperty("status").GetString()!),
    ];

    private async Task<IEnumerable<string>> UuidsAsync()
    {
        IReadOnlyList<string> uuids = [];
        await Writer.WriteAsync(transaction => uuids = transaction.Query<string>("SELECT uuid FROM operations"));
        return uuids.Order();
    }
}
