using WazoPlugind.Operations.Locks;

namespace WazoPlugind.Operations.Tests.Locks;

public sealed class PluginTurnsTests : OperationsTest
{
    private readonly Guid _first = Guid.NewGuid();
    private readonly Guid _second = Guid.NewGuid();
    private readonly Guid _third = Guid.NewGuid();

    [Fact]
    public async Task The_first_has_the_turn_and_the_others_wait_for_it()
    {
        Assert.Equal(default, await TakeAsync("a/b", _first));
        Assert.Equal(new TurnTaken(_first, IsDeadlock: false), await TakeAsync("a/b", _second));
        Assert.Equal(default, await TakeAsync("a/b", _first));
        Assert.Equal(default, await TakeAsync("a/c", _third));
    }

    [Fact]
    public async Task The_turn_is_passed_on_in_order()
    {
        await TakeAsync("a/b", _first);
        await TakeAsync("a/b", _second);
        await TakeAsync("a/b", _third);

        Assert.Equal([_second], await PassAsync(_first));
        Assert.Empty(await PassAsync(_first));
        Assert.Equal([_third], await PassAsync(_second));
        Assert.Empty(await PassAsync(_third));
    }

    [Fact]
    public async Task One_that_ends_while_it_waits_tells_nobody()
    {
        await TakeAsync("a/b", _first);
        await TakeAsync("a/b", _second);
        await TakeAsync("a/b", _third);

        Assert.Empty(await PassAsync(_second));
        Assert.Equal([_third], await PassAsync(_first));
    }

    [Fact]
    public async Task Two_that_need_each_others_plugin_do_not_wait_for_ever()
    {
        var (firstChild, secondChild) = (Guid.NewGuid(), Guid.NewGuid());
        await TakeAsync("a/one", _first);
        await TakeAsync("a/two", _second);
        Assert.False((await TakeAsync("a/two", firstChild, _first)).IsDeadlock);

        Assert.True((await TakeAsync("a/one", secondChild, _second)).IsDeadlock);
    }

    [Fact]
    public async Task A_longer_knot_is_found_too()
    {
        var children = Enumerable.Range(0, 3).Select(_ => Guid.NewGuid()).ToList();
        await TakeAsync("a/one", _first);
        await TakeAsync("a/two", _second);
        await TakeAsync("a/three", _third);
        Assert.False((await TakeAsync("a/two", children[0], _first)).IsDeadlock);
        Assert.False((await TakeAsync("a/three", children[1], _second)).IsDeadlock);

        Assert.True((await TakeAsync("a/one", children[2], _third)).IsDeadlock);
    }

    private async Task<TurnTaken> TakeAsync(string plugin, Guid operation, Guid? parent = null)
    {
        TurnTaken turn = default;
        await Writer.WriteAsync(transaction => turn = PluginTurns.Take(transaction, plugin, operation, parent));
        return turn;
    }

    private async Task<IReadOnlyList<Guid>> PassAsync(Guid operation)
    {
        IReadOnlyList<Guid> next = [];
        await Writer.WriteAsync(transaction => next = PluginTurns.Pass(transaction, operation));
        return next;
    }
}
