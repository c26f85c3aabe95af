using System.Text;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;
using WazoPlugind.Harness;
using WazoPlugind.Hosting.Broker;

namespace WazoPlugind.Hosting.Tests.Broker;

[Trait("Category", "Acceptance")]
public sealed class QueueTopologyTests : BrokerTest
{
    [Fact]
    public async Task DeclareAsync_declares_what_is_sent_to_and_may_be_done_again()
    {
        for (var times = 0; times < 2; times++)
            await DeclareAllAsync();

        await using var channel = await Connection.CreateChannelAsync();
        foreach (var queue in (string[])[.. Queues.All, Queues.DeadLetters])
        {
            await SendAsync(queue);
            Assert.Equal(1u, await channel.MessageCountAsync(queue));
        }
    }

    [Fact]
    public async Task What_a_queue_of_work_gives_up_becomes_a_dead_letter()
    {
        await DeclareAllAsync();
        await SendAsync(Queues.Fetch);
        await using var channel = await Connection.CreateChannelAsync();

        var message = (await channel.BasicGetAsync(Queues.Fetch, autoAck: false))!;
        await channel.BasicRejectAsync(message.DeliveryTag, requeue: false);

        var dead = await GetAsync(channel, Queues.DeadLetters);
        Assert.Equal(Queues.Fetch, Encoding.UTF8.GetString((byte[])dead.BasicProperties.Headers!["x-first-death-queue"]!));
    }

    [Fact]
    public async Task A_message_comes_back_as_often_as_workers_are_restarted()
    {
        await DeclareAllAsync();
        await SendAsync(Queues.Operations);
        await using var channel = await Connection.CreateChannelAsync();

        for (var times = 0; times < 30; times++)
            await channel.BasicRejectAsync((await GetAsync(channel, Queues.Operations)).DeliveryTag, requeue: true);

        Assert.NotNull(await GetAsync(channel, Queues.Operations));
    }

    [Fact]
    public async Task A_queue_of_before_that_is_empty_is_replaced_and_the_log_says_so()
    {
        await using var channel = await Connection.CreateChannelAsync();
        await DeclareAsBeforeAsync(channel, Queues.Build);
        var log = new LogLines<QueueTopology>();

        await new QueueTopology(Bus, TimeProvider.System, log).DeclareAsync(Queues.Build, CancellationToken.None);

        await SendAsync(Queues.Build);
        Assert.Equal(1u, await channel.MessageCountAsync(Queues.Build));
        Assert.Contains($"The queue {Queues.Build} is replaced", Assert.Single(log.Lines));
        await Assert.ThrowsAsync<OperationInterruptedException>(() => DeclareAsBeforeAsync(channel, Queues.Build));
    }

    [Fact]
    public async Task A_queue_of_before_that_is_not_empty_stays_and_the_error_says_what_to_do()
    {
        await using var channel = await Connection.CreateChannelAsync();
        await DeclareAsBeforeAsync(channel, Queues.Build);
        await SendAsync(Queues.Build);

        var error = await Assert.ThrowsAsync<BrokerException>(() => Topology.DeclareAsync(Queues.Build, CancellationToken.None));

        Assert.Contains($"the queue {Queues.Build} was declared with other arguments, and has 1 messages and 0 consumers", error.Message);
        Assert.Contains("received '100000' but current is '2'", error.Message);
        Assert.EndsWith($"rabbitmqctl delete_queue --vhost '{Bus.Vhost}' {Queues.Build}", error.Message);
        // It takes messages as before.
        await SendAsync(Queues.Build);
        Assert.Equal(2u, await channel.MessageCountAsync(Queues.Build));
    }

    // What it has in hand is not counted.
    [Fact]
    public async Task A_queue_of_before_that_someone_consumes_stays()
    {
        await using var channel = await Connection.CreateChannelAsync();
        await DeclareAsBeforeAsync(channel, Queues.Build);
        await SendAsync(Queues.Build);
        var received = new TaskCompletionSource();
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, _) =>
        {
            received.SetResult();
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(Queues.Build, autoAck: false, consumer);
        await received.Task.WaitAsync(TimeSpan.FromSeconds(10));

        var error = await Assert.ThrowsAsync<BrokerException>(() => Topology.DeclareAsync(Queues.Build, CancellationToken.None));

        Assert.Contains("0 messages and 1 consumers", error.Message);
    }

    // RabbitMQ refuses it until the old one is quite gone.
    [Fact]
    public async Task A_queue_that_was_deleted_just_before_is_declared_again()
    {
        await DeclareAllAsync();
        for (var times = 0; times < 10; times++)
        {
            await using (var channel = await Connection.CreateChannelAsync())
            {
                foreach (var queue in Queues.All)
                    await channel.QueueDeleteAsync(queue);
            }

            await DeclareAllAsync();
            await SendAsync(Queues.Requests);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Programs_that_start_at_once_wait_for_each_other(bool ranBefore)
    {
        await using (var channel = await Connection.CreateChannelAsync())
        {
            foreach (var queue in ranBefore ? Queues.All : [])
                await DeclareAsBeforeAsync(channel, queue);
        }

        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            await DeclareAllAsync();
            foreach (var queue in Queues.All)
                await SendAsync(queue);
        }));

        await using var counting = await Connection.CreateChannelAsync();
        foreach (var queue in Queues.All)
            Assert.Equal(4u, await counting.MessageCountAsync(queue));
    }

    private async Task DeclareAllAsync() => Assert.All((await Topology.DeclareAsync([Queues.DeadLetters, .. Queues.All], CancellationToken.None)).Values, Assert.Null);

    private static Task<BasicGetResult> GetAsync(IChannel channel, string queue) =>
        Wait.ForAsync(() => channel.BasicGetAsync(queue, autoAck: false), () => $"a message in {queue}");
}
