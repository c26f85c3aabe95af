using WazoPlugind.StandIn;

await using var server = await StandInServer.StartAsync(int.Parse(args[0]), args.Length > 1 ? args[1] : "127.0.0.1");
Console.WriteLine($"Listening on {server.Address}");
await server.WaitForStopAsync();
