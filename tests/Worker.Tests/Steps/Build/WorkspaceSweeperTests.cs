using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Building;
using WazoPlugind.Worker.Steps;
using WazoPlugind.Worker.Steps.Build;

namespace WazoPlugind.Worker.Tests.Steps.Build;

public sealed class WorkspaceSweeperTests : IEndedOperations, IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("plugind-test-").FullName;
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private readonly PlugindConfiguration _configuration;
    private readonly WorkspaceFactory _workspaces;
    private readonly HashSet<Guid> _ended = [];
    private readonly WorkspaceSweeper _sweeper;

    public WorkspaceSweeperTests()
    {
        _configuration = new PlugindConfiguration
        {
            ExtractDir = Path.Join(_directory, "tmp"),
            DownloadDir = Path.Join(_directory, "downloads"),
        };
        _workspaces = new WorkspaceFactory(_configuration, NullLogger<WorkspaceFactory>.Instance);
        _sweeper = new WorkspaceSweeper(_workspaces, this, _time);
    }

    bool IEndedOperations.HasEnded(Guid operation) => _ended.Contains(operation);

    IReadOnlyList<Guid> IEndedOperations.CancelledAmong(IReadOnlyCollection<Guid> operations) => [.. operations.Where(_ended.Contains)];

    public void Dispose()
    {
        _sweeper.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void Sweep_removes_what_an_ended_operation_has_left()
    {
        var (ended, running) = (Create(finished: true), Create(finished: false));

        _sweeper.Sweep();

        Assert.False(Exists(ended));
        Assert.True(Exists(running));
    }

    [Fact]
    public void Sweep_leaves_what_someone_works_on()
    {
        var workspace = Create(finished: true);
        using (StepTurns.TryTake(workspace))
        {
            _sweeper.Sweep();
            Assert.True(Exists(workspace));
        }

        _sweeper.Sweep();
        Assert.False(Exists(workspace));
    }

    [Fact]
    public void Sweep_removes_what_no_operation_is_known_for_once_it_has_been_left_for_long()
    {
        var workspace = Create(finished: false);
        foreach (var directory in (string[])[workspace.Operation, workspace.Root, workspace.Download])
            Directory.SetLastWriteTimeUtc(directory, _time.GetUtcNow().UtcDateTime);

        _sweeper.Sweep();
        Assert.True(Exists(workspace));
        _time.Advance(WorkspaceSweeper.Forgotten + TimeSpan.FromSeconds(1));
        _sweeper.Sweep();

        Assert.False(Exists(workspace));
    }

    [Fact]
    public void Sweep_leaves_what_is_no_work_directory()
    {
        var other = Path.Join(_configuration.ExtractDir, "other");
        Directory.CreateDirectory(other);
        Directory.SetLastWriteTimeUtc(other, DateTime.UnixEpoch);

        _sweeper.Sweep();

        Assert.True(Directory.Exists(other));
    }

    private static bool Exists(Workspace workspace) => Directory.Exists(workspace.Operation) || Directory.Exists(workspace.Download);

    private Workspace Create(bool finished)
    {
        var operation = Guid.NewGuid();
        if (finished)
            _ended.Add(operation);
        var workspace = _workspaces.Of(operation);
        workspace.Create();
        return workspace;
    }
}
