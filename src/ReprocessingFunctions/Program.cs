Console.WriteLine("The function app is not wired yet.");
