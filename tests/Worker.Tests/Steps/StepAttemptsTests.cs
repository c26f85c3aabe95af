using Microsoft.Extensions.Time.Testing;
using WazoPlugind.Worker.Steps;

namespace WazoPlugind.Worker.Tests.Steps;

public sealed class StepAttemptsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("plugind-attempts-").FullName;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 26, 18, 2, 11, TimeSpan.Zero));
    private readonly Guid _message = Guid.NewGuid();

    private string File => Path.Join(_directory, "attempts");

    public void Dispose()
    {
        if (Directory.Exists(_directory))
            Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void What_began_and_did_not_end_is_known_afterwards()
    {
        Create().Begin("fetch", _message);
        Create().End("fetch", _message);
        _time.Advance(TimeSpan.FromSeconds(4));
        Create().Begin("fetch", _message);

        var attempts = Create().Of("fetch");

        Assert.Equal([true, false], attempts.Select(attempt => attempt.HasEnded));
        Assert.Equal((_message, _time.GetUtcNow()), (attempts[1].Message, attempts[1].BeganAt));
    }

    [Fact]
    public void Runs_are_those_of_a_step_for_whichever_message()
    {
        Create().Begin("fetch", _message);
        Create().Begin("fetch", Guid.NewGuid());
        Create().Begin("build", _message);

        Assert.Equal(2, Create().Of("fetch").Count);
        Assert.Single(Create().Of("build"));
        Assert.Empty(Create().Of("install"));
    }

    [Fact]
    public void An_end_is_that_of_the_last_run_of_its_message()
    {
        var other = Guid.NewGuid();
        Create().Begin("fetch", _message);
        Create().Begin("fetch", other);
        Create().Begin("fetch", _message);
        Create().End("fetch", _message);

        Assert.Equal([false, false, true], Create().Of("fetch").Select(attempt => attempt.HasEnded));
    }

    [Theory]
    [InlineData("began fetch 0f")]
    [InlineData("\0\0\0\0")]
    [InlineData("began fetch nothing nowhere\nended")]
    public void A_line_that_was_not_written_to_its_end_spoils_no_other(string torn)
    {
        Create().Begin("fetch", _message);
        System.IO.File.AppendAllText(File, torn);
        Create().Begin("fetch", _message);

        Assert.Equal(2, Create().Of("fetch").Count);
    }

    [Fact]
    public void Without_a_place_for_it_nothing_is_written_and_nothing_fails()
    {
        Directory.Delete(_directory);

        Create().Begin("fetch", _message);

        Assert.Empty(Create().Of("fetch"));
    }

    private StepAttempts Create() => new(_directory, _time);
}
