using Microsoft.Extensions.Logging.Abstractions;
using WazoPlugind.Messages;
using WazoPlugind.Operations.Outbox;
using WazoPlugind.Operations.Records;
using WazoPlugind.Worker.Commands;
using WazoPlugind.Worker.Sagas.Install;
using WazoPlugind.Worker.Tests.Sagas;

namespace WazoPlugind.Worker.Tests.Commands;

public sealed class RequestIntakeTests : OrchestratorTest
{
    private static readonly OperationRequester Requester = new("user", "tenant");

    private readonly RequestIntake _intake;

    public RequestIntakeTests() => _intake = new RequestIntake(Messages, Secrets, States, Time, NullLogger<RequestIntake>.Instance);

    [Fact]
    public async Task One_whose_client_still_waits_begins_at_once()
    {
        Assert.True(await TakeAsync(Request(TimeSpan.Zero)));
        Assert.True(await TakeAsync(Request(TimeSpan.FromSeconds(1))));
        Assert.Empty(await OutboxAsync());
    }

    [Fact]
    public async Task What_other_services_and_operations_ask_for_begins_at_once()
    {
        var command = new InstallPluginCommand { Uuid = Guid.NewGuid(), Method = InstallMethods.Git, Options = new InstallOptions { Url = "https://host/a" } };

        Assert.True(await TakeAsync(new Requested<InstallPluginCommand> { Command = command }));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3600)]
    [InlineData(-1)]
    public async Task One_that_comes_late_goes_to_the_end_of_its_queue_once(int seconds)
    {
        var request = Request(TimeSpan.FromSeconds(seconds), "https://me:geheim@host/a");
        Assert.False(await TakeAsync(request));
        Assert.False(await TakeAsync(request));

        var stored = Assert.Single(await OutboxAsync());
        Assert.Equal(("plugind-requests", "request.install", request.Uuid, "user"), (stored.Destination, stored.Type, stored.Operation, stored.Requester));
        Assert.DoesNotContain("geheim", stored.Body, StringComparison.Ordinal);
        Assert.Equal("https://me:geheim@host/a", await Read(transaction => Secrets.Find(transaction, request.Uuid, "https://host/a")));
        Assert.True(await TakeAsync((IRequested)Messages.Read(stored.Type, stored.Body)));
    }

    [Fact]
    public async Task What_comes_after_one_that_goes_to_the_end_does_so_too()
    {
        await TakeAsync(Request(TimeSpan.FromMinutes(1)));

        Assert.False(await TakeAsync(Request(TimeSpan.Zero)));

        foreach (var sent in await OutboxAsync())
            await Writer.WriteAsync(transaction => transaction.Answer(sent.Id));
        Assert.True(await TakeAsync(Request(TimeSpan.Zero)));
    }

    [Fact]
    public async Task One_that_was_withdrawn_is_dropped_however_often_it_comes()
    {
        var request = Request(TimeSpan.FromMinutes(1), "https://me:geheim@host/a");
        await TakeAsync(request);
        var behind = (IRequested)Messages.Read("request.install", Assert.Single(await OutboxAsync()).Body);
        await WithdrawAsync(request.Uuid);
        await WithdrawAsync(request.Uuid);

        Assert.False(await TakeAsync(behind));
        Assert.False(await TakeAsync(request));
        Assert.Empty(await OutboxAsync());
        Assert.Equal(0, await CountAsync("secrets"));
    }

    [Theory]
    [InlineData(false, "error")]
    [InlineData(true, "running")]
    public async Task One_that_is_under_way_ends_unless_a_step_was_sent(bool isSent, string status)
    {
        var request = Request(TimeSpan.Zero);
        await Writer.WriteAsync(transaction =>
        {
            var state = new InstallState { CorrelationId = request.Uuid, Method = InstallMethods.Git };
            States.Attach(state, transaction);
            state.Begin(Requester, parent: null);
            States.Save(state, transaction);
            if (isSent)
                transaction.Execute("UPDATE outbox SET sent_at = '2026'");
        });

        await WithdrawAsync(request.Uuid);

        var shown = Queries().Find(request.Uuid)!;
        Assert.Equal((status, !isSent), (shown["status"]!.GetValue<string>(), shown["error"] is not null));
    }

    [Fact]
    public async Task One_with_a_key_that_was_refused_is_asked_for_again()
    {
        var (refused, again) = (Keyed("request"), Keyed("request"));
        await Writer.WriteAsync(transaction => _intake.Withdraw(transaction, refused.Uuid, refused.Idempotency!.Sending));

        Assert.Equal(refused.Uuid, again.Uuid);
        Assert.False(await TakeAsync(refused));
        Assert.True(await Read(transaction => _intake.TryTake(transaction, again) && Begin(again, transaction)));

        // What comes late does not end what was accepted.
        await Writer.WriteAsync(transaction => _intake.Withdraw(transaction, again.Uuid, refused.Idempotency!.Sending));
        Assert.Equal("running", Queries().Find(again.Uuid)!["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task Another_one_with_the_same_key_ends_in_an_error()
    {
        var first = Keyed("request");
        var other = first with
        {
            Command = first.Command with { Uuid = RequestUuid.OfKey(RequestUuid.Create(OperationAction.Update, Time.GetUtcNow()), "key", 0) },
            Idempotency = first.Idempotency! with { Request = "other" },
        };

        Assert.True(await Read(transaction => _intake.TryTake(transaction, first) && Begin(first, transaction)));
        Assert.False(await TakeAsync(other));

        Assert.Equal((first.Uuid, 0, "request"), Queries().FindKey("key") is var (uuid, number, request, _) ? (uuid, number, request) : default);
        Assert.Contains(first.Uuid.ToString(), Queries().Find(other.Uuid)!["error"]!["failure"]!["reason"]!.GetValue<string>());
    }

    private Requested<InstallPluginCommand> Keyed(string request)
    {
        var sent = Request(TimeSpan.Zero);
        return sent with
        {
            Command = sent.Command with { Uuid = RequestUuid.OfKey(sent.Uuid, "key", 0) },
            Idempotency = new RequestIdempotency("key", 0, request, sent.Uuid),
        };
    }

    private bool Begin(Requested<InstallPluginCommand> request, OperationTransaction transaction)
    {
        var state = new InstallState { CorrelationId = request.Uuid, Method = InstallMethods.Git };
        States.Attach(state, transaction);
        state.Begin(Requester, parent: null);
        States.Save(state, transaction);
        return true;
    }

    private Requested<InstallPluginCommand> Request(TimeSpan age, string url = "https://host/a") => new()
    {
        Command = new InstallPluginCommand
        {
            Uuid = RequestUuid.Create(OperationAction.Install, Time.GetUtcNow() - age),
            Method = InstallMethods.Git,
            Options = new InstallOptions { Url = url },
        },
        Requester = Requester,
    };

    private Task<bool> TakeAsync(IRequested request) => Read(transaction => _intake.TryTake(transaction, request));

    private Task WithdrawAsync(Guid operation) => Writer.WriteAsync(transaction => _intake.Withdraw(transaction, operation, operation));

    private async Task<T> Read<T>(Func<OperationTransaction, T> read)
    {
        T result = default!;
        await Writer.WriteAsync(transaction => result = read(transaction));
        return result;
    }
}
