using Microsoft.Extensions.Time.Testing;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Worker.Steps;

namespace WazoPlugind.Worker.Tests.Steps;

public sealed class StepPlacesTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task One_that_finds_no_place_in_time_gets_none_until_one_is_free()
    {
        using var places = Create(concurrency: 1);
        var first = await places.TakeAsync(StepQueue.Build, default);
        Assert.Null(await places.TakeAsync(StepQueue.Build, default));

        first!.Dispose();

        using var second = await places.TakeAsync(StepQueue.Build, default);
        Assert.NotNull(second);
    }

    [Fact]
    public async Task Each_queue_has_places_of_its_own_and_the_installer_as_many_as_it_likes()
    {
        using var places = Create(concurrency: 1);
        using var build = await places.TakeAsync(StepQueue.Build, default);

        using var fetch = await places.TakeAsync(StepQueue.Fetch, default);
        using var install = await places.TakeAsync(StepQueue.Install, default);
        using var another = await places.TakeAsync(StepQueue.Install, default);

        Assert.NotNull(fetch);
        Assert.NotNull(another);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task A_long_step_gives_its_place_away_unless_the_number_was_chosen(int concurrency, bool givesAway)
    {
        using var places = Create(concurrency);
        List<StepPlaces.Place> taken = [];
        while (await places.TakeAsync(StepQueue.Build, default) is { } place)
        {
            place.Begin();
            taken.Add(place);
        }

        _time.Advance(StepPlaces.Long);

        using var next = await places.TakeAsync(StepQueue.Build, default);
        Assert.Equal(givesAway, next is not null);
        taken.ForEach(place => place.Dispose());
    }

    [Fact]
    public async Task A_place_is_given_back_once()
    {
        using var places = Create(concurrency: 1);
        var first = await places.TakeAsync(StepQueue.Build, default);
        first!.Dispose();
        first.Dispose();

        using var second = await places.TakeAsync(StepQueue.Build, default);
        Assert.Null(await places.TakeAsync(StepQueue.Build, default).WaitAsync(Limit));
    }

    private StepPlaces Create(int concurrency) =>
        new(new PlugindConfiguration { Worker = new WorkerConfiguration { BuildConcurrency = concurrency } }, _time)
        {
            Patience = TimeSpan.FromMilliseconds(20),
        };
}
